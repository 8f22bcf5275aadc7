import { isAllowed } from '../auth/access-key.ts';
import { S3Error } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectVersion } from '../store/stored-object.ts';
import type { OperationContext } from './operation.ts';

/**
 * The version a read asks for.
 *
 * @throws S3Error `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` for a delete marker named by its id;
 * `AccessDenied` instead of `NoSuchKey` when the key may not list the bucket, as S3 answers then
 */
export function findVersion(context: OperationContext, bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  if (versionId === undefined) return findCurrent(context, bucket, key);
  if (versionId === '') throw new S3Error('InvalidArgument', { message: 'Version id cannot be the empty string', details: { ArgumentName: 'versionId', ArgumentValue: '' } });
  const version = bucket.objects.versions(key).find((candidate) => candidate.versionId === versionId);
  if (!version) throw new S3Error('NoSuchVersion', { details: { Key: key, VersionId: versionId } });
  if (version.deleteMarker) {
    throw new S3Error('MethodNotAllowed', {
      details: { Method: context.request.method, ResourceType: 'DeleteMarker' },
      headers: { allow: 'DELETE', 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId },
    });
  }
  return version;
}

function findCurrent(context: OperationContext, bucket: Bucket, key: string): ObjectVersion {
  const newest = bucket.objects.newest(key);
  if (newest && !newest.deleteMarker) return newest;
  if (!isAllowed(context.identity.accessKey, 's3:ListBucket', bucket.name)) throw new S3Error('AccessDenied');
  throw new S3Error('NoSuchKey', {
    details: { Key: key },
    headers: newest ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': newest.versionId } : {},
  });
}
