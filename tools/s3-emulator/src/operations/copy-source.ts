import { requireAllowed } from '../auth/access-key.ts';
import { S3Error } from '../errors.ts';
import { percentDecode } from '../http/percent-decode.ts';
import { checkKey } from '../http/s3-request.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectVersion } from '../store/stored-object.ts';
import { findVersion } from './find-version.ts';
import type { OperationContext } from './operation.ts';
import { judgeReadConditions } from './read-condition.ts';

/** Headers that say what is copied and under which conditions. */
export const COPY_SOURCE_HEADERS = [
  'x-amz-copy-source', 'x-amz-copy-source-if-match', 'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-modified-since', 'x-amz-copy-source-if-unmodified-since',
];

export interface CopySource {
  bucket: Bucket;
  key: string;
  version: ObjectVersion;
}

/**
 * Finds what `x-amz-copy-source` (`bucket/key?versionId=…`, percent-encoded) names, and judges its conditions.
 *
 * @throws S3Error `InvalidArgument`, `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `PreconditionFailed`, `AccessDenied`
 */
export function findCopySource(context: OperationContext): CopySource {
  const { headers } = context.request;
  const text = headers['x-amz-copy-source'] ?? '';
  const question = text.indexOf('?versionId=');
  const versionId = question < 0 ? undefined : percentDecode(text.slice(question + '?versionId='.length));
  const path = percentDecode(question < 0 ? text : text.slice(0, question)).replace(/^\//, '');
  const slash = path.indexOf('/');
  const key = path.slice(slash + 1);
  if (slash <= 0 || key === '') {
    throw new S3Error('InvalidArgument', { message: 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey', details: { ArgumentName: 'x-amz-copy-source', ArgumentValue: text } });
  }
  checkKey(key);
  const bucket = context.store.bucket(path.slice(0, slash));
  requireAllowed(context.identity.accessKey, versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', bucket.name, key);
  const version = findVersion(context, bucket, key, versionId);
  const verdict = judgeReadConditions(
    {
      ifMatch: headers['x-amz-copy-source-if-match'],
      ifNoneMatch: headers['x-amz-copy-source-if-none-match'],
      ifModifiedSince: headers['x-amz-copy-source-if-modified-since'],
      ifUnmodifiedSince: headers['x-amz-copy-source-if-unmodified-since'],
    },
    version,
  );
  if (verdict === 'not-modified') throw new S3Error('PreconditionFailed', { details: { Condition: 'x-amz-copy-source-If-None-Match' } });
  return { bucket, key, version };
}
