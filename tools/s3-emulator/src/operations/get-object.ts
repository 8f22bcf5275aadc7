import { requireAllowed } from '../auth/access-key.ts';
import { S3Error } from '../errors.ts';
import { readRange } from './byte-range.ts';
import { findVersion } from './find-version.ts';
import { checksumHeaders, describeObject } from './object-headers.ts';
import type { Operation, OperationContext, S3Response } from './operation.ts';
import { judgeReadConditions, notModifiedHeaders } from './read-condition.ts';

const RESPONSE_OVERRIDES = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'];

const read = {
  level: 'object',
  action: 's3:GetObject',
  query: ['versionId', ...RESPONSE_OVERRIDES.map((name) => `response-${name}`)],
  headers: ['x-amz-checksum-mode', 'range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'],
  body: 'none',
  run: answer,
} as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: Operation = { ...read, name: 'GetObject', method: 'GET' };

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: Operation = { ...read, name: 'HeadObject', method: 'HEAD' };

function answer(context: OperationContext): S3Response {
  const { headers, query } = context.request;
  const bucket = context.bucket();
  const versionId = query.get('versionId');
  if (versionId !== undefined) requireAllowed(context.identity.accessKey, 's3:GetObjectVersion', bucket.name, context.key);
  const version = findVersion(context, bucket, context.key, versionId);
  const verdict = judgeReadConditions(
    { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'], ifModifiedSince: headers['if-modified-since'], ifUnmodifiedSince: headers['if-unmodified-since'] },
    version,
  );
  if (verdict === 'not-modified') return { status: 304, headers: notModifiedHeaders(version) };

  const range = readRange(headers['range'], version.size);
  const { start, end } = range ?? { start: 0, end: version.size };
  return {
    status: range ? 206 : 200,
    headers: {
      ...describeObject(version),
      ...overrides(context),
      'content-length': String(end - start),
      'content-range': range && `bytes ${start}-${end - 1}/${version.size}`,
      ...(checksumWanted(headers['x-amz-checksum-mode']) && !range ? checksumHeaders(version.checksum) : {}),
    },
    body: { segments: version.segments, start, end },
  };
}

function overrides({ request }: OperationContext): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of RESPONSE_OVERRIDES) {
    const value = request.query.get(`response-${name}`);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function checksumWanted(mode: string | undefined): boolean {
  if (mode !== undefined && mode !== 'ENABLED') throw new S3Error('InvalidArgument', { details: { ArgumentName: 'x-amz-checksum-mode', ArgumentValue: mode } });
  return mode === 'ENABLED';
}
