import { join } from 'node:path';
import { type FaultList, type RequestLog, startS3Emulator } from '@tidemark/s3-emulator';
import { randomLogin } from './login.ts';
import { makeServerFolder, removeServerFolder } from './server-room.ts';

/** What an S3 client needs. */
export interface S3Endpoint {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Buckets are named in the path: `http://host:port/bucket/key`. */
  readonly forcePathStyle: boolean;
}

export interface S3Options {
  /** TCP port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
  /** Buckets that exist from the start. */
  readonly buckets?: readonly string[];
}

/** The S3 emulator inside this process. Disposing it removes its objects. */
export interface S3Server extends S3Endpoint, AsyncDisposable {
  readonly port: number;
  /** A key that may do nothing with any bucket or object: AccessDenied. */
  readonly powerless: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly faults: FaultList;
  readonly requests: RequestLog;
  /** Address and token of the port through which another process sets faults. */
  readonly control: { readonly url: string; readonly token: string };
}

const REGION = 'eu-central-1';

/** Starts the S3 emulator on 127.0.0.1; it answers when this resolves. */
export async function startS3(options: S3Options = {}): Promise<S3Server> {
  const { port, buckets = [] } = options;
  const key = makeKey();
  const powerless = makeKey();
  const token = randomLogin('control').password;
  const folder = await makeServerFolder('s3');
  try {
    const emulator = await startS3Emulator({
      dataDir: join(folder, 'data'),
      region: REGION,
      accessKeys: {
        [key.accessKeyId]: { secret: key.secretAccessKey },
        [powerless.accessKeyId]: { secret: powerless.secretAccessKey, deny: ['*'] },
      },
      buckets,
      control: { token },
      ...(port === undefined ? {} : { port }),
    });
    return {
      ...key,
      powerless,
      endpoint: emulator.url,
      port: emulator.port,
      region: REGION,
      forcePathStyle: true,
      faults: emulator.faults,
      requests: emulator.requests,
      control: { url: emulator.controlUrl ?? '', token },
      [Symbol.asyncDispose]: async () => {
        await emulator.close();
        await removeServerFolder(folder);
      },
    };
  } catch (error) {
    await removeServerFolder(folder);
    throw error;
  }
}

function makeKey(): { accessKeyId: string; secretAccessKey: string } {
  const { username, password } = randomLogin('key');
  return { accessKeyId: username.toUpperCase(), secretAccessKey: password };
}
