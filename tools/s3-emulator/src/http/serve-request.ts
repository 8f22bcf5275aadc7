import type { IncomingMessage, ServerResponse } from 'node:http';
import { requireAllowed } from '../auth/access-key.ts';
import type { AccessKeys } from '../auth/access-key.ts';
import { authenticate } from '../auth/authenticate.ts';
import type { Authenticated } from '../auth/authenticate.ts';
import { S3Error } from '../errors.ts';
import type { FaultList } from '../faults/fault-list.ts';
import { ConnectionReset, FaultRun } from '../faults/fault-run.ts';
import type { RequestLog, RequestRecord } from '../faults/request-log.ts';
import type { Operation, OperationContext, S3Response } from '../operations/operation.ts';
import type { S3Store } from '../store/s3-store.ts';
import { errorResponse } from './error-response.ts';
import { RequestBody } from './request-body.ts';
import { newHostId, newRequestId } from './request-id.ts';
import { checkHeaders, route } from './route.ts';
import { parseRequest } from './s3-request.ts';
import type { S3Request } from './s3-request.ts';
import { sendResponse } from './send-response.ts';

/** What one server answers with. */
export interface ServerParts {
  store: S3Store;
  accessKeys: AccessKeys;
  region: string;
  clock: () => Date;
  faults: FaultList;
  log: RequestLog;
}

/** Answers one request; never throws. */
export async function serveRequest(parts: ServerParts, incoming: IncomingMessage, outgoing: ServerResponse, expectsContinue: boolean): Promise<void> {
  const requestId = newRequestId();
  const record = parts.log.begin(requestId, incoming.method ?? '');
  const body = new RequestBody(incoming, outgoing, expectsContinue);
  const ids = { requestId, hostId: newHostId() };
  let faults = new FaultRun(parts.faults, [], { requestId, method: record.method });
  let response: S3Response;
  try {
    const request = parseRequest(incoming);
    record.bucket = request.bucket;
    record.key = request.key;
    const routed = attempt(() => route(request));
    if ('value' in routed) record.operation = routed.value.name;
    const { operation, bucket, key } = record;
    const fired = parts.faults.fire({ method: record.method, operation, bucket, key });
    record.faults = fired.map(({ id }) => id);
    faults = new FaultRun(parts.faults, fired, { requestId, method: record.method, operation, bucket, key });
    await faults.before();
    const identity = authenticate(request, { accessKeys: parts.accessKeys, region: parts.region, now: parts.clock() });
    record.accessKeyId = identity.accessKeyId;
    if ('error' in routed) throw routed.error;
    checkHeaders(routed.value, request.headers);
    if (routed.value.action !== '') requireAllowed(identity.accessKey, routed.value.action, request.bucket, request.key);
    response = await run(parts, routed.value, request, identity, body, faults);
    await faults.after();
  } catch (error) {
    if (error instanceof ConnectionReset || (incoming.destroyed && !incoming.complete)) {
      reset(record, incoming);
      return;
    }
    if (!(error instanceof S3Error)) console.error('s3-emulator: a request failed:', error);
    const s3Error = error instanceof S3Error ? error : new S3Error('InternalError');
    record.code = s3Error.code;
    response = errorResponse(s3Error, incoming, record, ids);
  }
  await answer(parts, incoming, outgoing, { response, record, body, faults, ids });
}

async function run(parts: ServerParts, operation: Operation, request: S3Request, identity: Authenticated, body: RequestBody, faults: FaultRun): Promise<S3Response> {
  const { store, region } = parts;
  const xml = operation.body === 'stream' ? Buffer.alloc(0) : await body.readSmall(request, identity.payload, operation);
  if (faults.has('error-in-200')) return { ...errorResponse(new S3Error('InternalError'), undefined, undefined, { requestId: newRequestId(), hostId: newHostId() }), status: 200 };
  const context: OperationContext = {
    request,
    identity,
    store,
    region,
    key: request.key ?? '',
    xml,
    bucket: () => store.bucket(request.bucket),
    receive: (algorithm) => body.receive(request, identity.payload, store, algorithm),
    checkpoint: (name) => faults.checkpoint(name),
    listing: (bucket) => faults.staleListing(bucket.name) ?? { keys: bucket.objects.keys, current: (key) => bucket.objects.current(key) },
    failsToDelete: (key) => faults.failsToDelete(key),
  };
  return operation.run(context);
}

interface Answer {
  response: S3Response;
  record: RequestRecord;
  body: RequestBody;
  faults: FaultRun;
  ids: { requestId: string; hostId: string };
}

async function answer(parts: ServerParts, incoming: IncomingMessage, outgoing: ServerResponse, { response, record, body, faults, ids }: Answer): Promise<void> {
  const headers = {
    date: parts.clock().toUTCString(),
    server: 'AmazonS3',
    'x-amz-request-id': ids.requestId,
    'x-amz-id-2': ids.hostId,
    ...(await body.drain() ? {} : { connection: 'close' }),
    ...response.headers,
  };
  if (outgoing.destroyed) {
    reset(record, incoming);
    return;
  }
  record.status = response.status;
  try {
    await sendResponse(outgoing, { ...response, headers }, {
      files: parts.store.files,
      headersOnly: incoming.method === 'HEAD',
      cut: faults.has('cut-body'),
      corrupt: faults.has('corrupt-body'),
    });
  } catch {
    // The client went away, or the body could not be read: the rest of the answer cannot be sent.
    outgoing.destroy();
  }
}

function reset(record: RequestRecord, incoming: IncomingMessage): void {
  record.status = 0;
  if (!incoming.socket.destroyed) incoming.socket.resetAndDestroy();
}

function attempt<T>(action: () => T): { value: T } | { error: S3Error } {
  try {
    return { value: action() };
  } catch (error) {
    if (error instanceof S3Error) return { error };
    throw error;
  }
}
