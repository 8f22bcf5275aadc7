import { requireAllowed } from '../auth/access-key.ts';
import { S3Error } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import { NULL_VERSION } from '../store/stored-object.ts';
import type { Operation, OperationContext } from './operation.ts';
import { unquote } from './write-condition.ts';

export interface Deletion {
  key: string;
  versionId?: string;
  /** `If-Match`, as sent. */
  ifMatch?: string;
}

export interface DeletionResult {
  /** The version removed, or the delete marker made. */
  versionId?: string;
  /** A marker was made, or removed. */
  deleteMarker: boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: Operation = {
  name: 'DeleteObject',
  method: 'DELETE',
  level: 'object',
  action: 's3:DeleteObject',
  query: ['versionId'],
  headers: ['if-match'],
  body: 'none',
  run: async (context) => {
    const bucket = context.bucket();
    const versionId = context.request.query.get('versionId');
    await context.checkpoint('received');
    const result = deleteOne(context, bucket, { key: context.key, versionId, ifMatch: context.request.headers['if-match'] });
    return { status: 204, headers: { 'x-amz-version-id': result.versionId, 'x-amz-delete-marker': result.deleteMarker ? 'true' : undefined } };
  },
};

/**
 * Deletes a version for good, or does what a deletion without version id does in the bucket's versioning state.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
 *
 * @throws S3Error `PreconditionFailed`, `NoSuchKey` when a condition is asked of nothing, `AccessDenied`
 */
export function deleteOne(context: OperationContext, bucket: Bucket, deletion: Deletion): DeletionResult {
  const { key, versionId } = deletion;
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  requireAllowed(context.identity.accessKey, action, bucket.name, key);
  if (context.failsToDelete(key)) throw new S3Error('InternalError');
  if (versionId === '') throw new S3Error('InvalidArgument', { message: 'Version id cannot be the empty string', details: { ArgumentName: 'versionId', ArgumentValue: '' } });
  if (deletion.ifMatch !== undefined) requireMatch(bucket, key, deletion.ifMatch);
  if (versionId !== undefined) return removeVersion(context, bucket, key, versionId);
  if (bucket.versioning === undefined) {
    if (bucket.objects.newest(key)) context.store.apply([{ kind: 'version-removed', bucket: bucket.name, key, versionId: NULL_VERSION }]);
    return { deleteMarker: false };
  }
  const marker = context.store.deleteMarker(bucket);
  context.store.apply([{ kind: 'version-added', bucket: bucket.name, key, version: marker }]);
  return { versionId: marker.versionId, deleteMarker: true };
}

function removeVersion(context: OperationContext, bucket: Bucket, key: string, versionId: string): DeletionResult {
  const version = bucket.objects.versions(key).find((candidate) => candidate.versionId === versionId);
  if (version) context.store.apply([{ kind: 'version-removed', bucket: bucket.name, key, versionId }]);
  return { versionId, deleteMarker: version?.deleteMarker ?? false };
}

/** Only the current version is judged. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html */
function requireMatch(bucket: Bucket, key: string, ifMatch: string): void {
  const newest = bucket.objects.newest(key);
  if (!newest) throw new S3Error('NoSuchKey', { details: { Key: key } });
  const holds = !newest.deleteMarker && (ifMatch === '*' || unquote(ifMatch) === newest.etag);
  if (!holds) throw new S3Error('PreconditionFailed', { details: { Condition: 'If-Match' } });
}
