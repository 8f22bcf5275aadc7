import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessKeys } from './auth/access-key.ts';
import { startControlServer } from './faults/control-server.ts';
import { FaultList } from './faults/fault-list.ts';
import { RequestLog } from './faults/request-log.ts';
import { serveRequest } from './http/serve-request.ts';
import { checkBucketName } from './operations/bucket-operations.ts';
import { snapshotListings } from './store/snapshot-listings.ts';
import { S3Store } from './store/s3-store.ts';

const MAX_HEADER_BYTES = 32 * 1024;

export interface S3EmulatorOptions {
  /** Where everything is kept; made when missing. One emulator at a time. */
  dataDir: string;
  /** 0 (the default) takes a free one. */
  port?: number;
  /** The address to listen on; 127.0.0.1 if not given. */
  host?: string;
  accessKeys: AccessKeys;
  region: string;
  /** What time it is; signatures are judged by it and the Date header comes from it. */
  clock?: () => Date;
  /** Buckets to make when they do not exist. */
  buckets?: readonly string[];
  /** Opens a second port on 127.0.0.1 through which another process sets faults. */
  control?: { token: string; port?: number };
}

export interface S3Emulator {
  readonly port: number;
  /** `http://host:port`, for path-style requests. */
  readonly url: string;
  /** Address of the control port, if there is one. */
  readonly controlUrl?: string;
  readonly faults: FaultList;
  readonly requests: RequestLog;
  /** Cuts all connections, lets the running operations end, closes the store. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts an S3 server over a folder. When it resolves, the server answers.
 *
 * @throws S3Error `InvalidBucketName` for a bad name in `buckets`
 */
export async function startS3Emulator(options: S3EmulatorOptions): Promise<S3Emulator> {
  const clock = options.clock ?? (() => new Date());
  const host = options.host ?? '127.0.0.1';
  for (const name of options.buckets ?? []) checkBucketName(name);
  const store = await S3Store.open(options.dataDir, clock);
  for (const name of options.buckets ?? []) {
    if (!store.hasBucket(name)) store.apply([{ kind: 'bucket-created', bucket: name, createdAt: store.timestamp() }]);
  }
  const faults = new FaultList(() => snapshotListings(store));
  const requests = new RequestLog();
  const parts = { store, accessKeys: options.accessKeys, region: options.region, clock, faults, log: requests };

  const running = new Set<Promise<void>>();
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, keepAliveTimeout: 60_000 });
  const serve = (expectsContinue: boolean) => (...[incoming, outgoing]: Parameters<RequestListener>): void => {
    outgoing.sendDate = false;
    const work = serveRequest(parts, incoming, outgoing, expectsContinue).finally(() => running.delete(work));
    running.add(work);
  };
  server.on('request', serve(false));
  server.on('checkContinue', serve(true));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const control = options.control ? await startControlServer({ ...options.control, faults, requests }) : undefined;

  const shutDown = async (): Promise<void> => {
    await control?.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    faults.clear();
    faults.releaseAll();
    server.closeAllConnections();
    await closed;
    await Promise.allSettled(running);
    await store.close();
  };
  let closing: Promise<void> | undefined;
  return { port, url: `http://${host}:${port}`, controlUrl: control?.url, faults, requests, close: () => (closing ??= shutDown()) };
}
