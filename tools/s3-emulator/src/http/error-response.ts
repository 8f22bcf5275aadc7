import type { IncomingMessage } from 'node:http';
import type { S3Error } from '../errors.ts';
import type { RequestRecord } from '../faults/request-log.ts';
import type { S3Response } from '../operations/operation.ts';
import { element, errorDocument } from './xml.ts';

/** The error document of S3. HEAD gets its headers only. */
export function errorResponse(error: S3Error, incoming: IncomingMessage | undefined, record: RequestRecord | undefined, ids: { requestId: string; hostId: string }): S3Response {
  const resource = incoming === undefined ? undefined : (incoming.url ?? '').split('?')[0];
  const document = errorDocument([
    element('Code', error.code),
    element('Message', error.message),
    ...Object.entries(error.details).map(([name, value]) => element(name, value)),
    element('BucketName', record?.bucket !== undefined && !('BucketName' in error.details) ? record.bucket : undefined),
    element('Resource', resource),
    element('RequestId', ids.requestId),
    element('HostId', ids.hostId),
  ]);
  return { status: error.status, headers: error.headers, body: document };
}
