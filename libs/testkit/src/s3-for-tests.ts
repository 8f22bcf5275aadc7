import { randomBytes } from 'node:crypto';
import { type S3Endpoint, type S3Server, startS3 } from '@tidemark/local-stack';
import { SharedServer } from './shared-server.ts';
import { readTestUrl } from './test-url.ts';

/** A bucket and a key prefix of one's own on an S3 server. */
export interface S3ForTests extends S3Endpoint, AsyncDisposable {
  readonly bucket: string;
  /** Ends in `/`; no other handle has it. Objects are left behind when the server is not private. */
  readonly prefix: string;
  /** The private emulator, for faults, the request log and a key without rights; undefined when TEST_S3_URL names the server. */
  readonly emulator: S3Server | undefined;
}

const BUCKET = 'tidemark-test';

/** The S3 server of this process's tests; Redshift's COPY reads from it too. */
export interface S3TestServer extends AsyncDisposable {
  readonly endpoint: S3Endpoint;
  readonly bucket: string;
  readonly emulator: S3Server | undefined;
}

async function findServer(): Promise<S3TestServer> {
  const url = readTestUrl('TEST_S3_URL', ['http', 'https']);
  if (url === undefined) {
    const emulator = await startS3({ buckets: [BUCKET] });
    return { endpoint: emulator, bucket: BUCKET, emulator, [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose]() };
  }
  const bucket = url.path.split('/')[0] ?? '';
  if (bucket === '' || url.username === '') throw new Error('TEST_S3_URL names no bucket or no key: http://KEY:SECRET@host:port/bucket?region=NAME');
  const endpoint: S3Endpoint = {
    endpoint: `${url.protocol}://${url.host.includes(':') ? `[${url.host}]` : url.host}${url.port === undefined ? '' : `:${url.port}`}`,
    region: url.parameters.get('region') ?? 'us-east-1',
    accessKeyId: url.username,
    secretAccessKey: url.password,
    forcePathStyle: url.parameters.get('path_style') !== 'false',
  };
  return { endpoint, bucket, emulator: undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
}

export const s3TestServers = new SharedServer(findServer);

/**
 * A bucket with a fresh prefix for one test file: on the server that `TEST_S3_URL` names
 * (`http://KEY:SECRET@host:port/bucket?region=NAME[&path_style=false]`, percent-encoded), else on the emulator inside this process.
 * Rejects when there is no server; it never skips.
 */
export async function s3ForTests(): Promise<S3ForTests> {
  const { endpoint, bucket, emulator } = await s3TestServers.take();
  const { endpoint: url, region, accessKeyId, secretAccessKey, forcePathStyle } = endpoint;
  return {
    endpoint: url,
    region,
    accessKeyId,
    secretAccessKey,
    forcePathStyle,
    bucket,
    emulator,
    prefix: `test-${randomBytes(5).toString('hex')}/`,
    [Symbol.asyncDispose]: () => s3TestServers.release(),
  };
}
