import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { StoreError } from './errors.ts';
import type { S3Requests } from './s3-requests.ts';

/** S3 DeleteObjects takes at most 1000 keys per request (API_DeleteObjects). */
const MAX_KEYS_PER_DELETE = 1000;

/** At most this many keys stand in an error. */
const MAX_SHOWN = 100;

interface LeftOver {
  readonly key: string;
  readonly awsError: string;
}

/** Deletes every key, in requests of 1000; what is left after all were tried is an error. */
export async function deleteObjects(requests: S3Requests, keys: Iterable<string>): Promise<void> {
  const all = [...new Set(keys)];
  const left: LeftOver[] = [];
  for (let from = 0; from < all.length; from += MAX_KEYS_PER_DELETE) {
    const refused = await deletePage(requests, all.slice(from, from + MAX_KEYS_PER_DELETE));
    // A key that failed by the store's own fault gets a second try.
    left.push(...(refused.length === 0 ? [] : await deletePage(requests, refused.map(({ key }) => key))));
  }
  if (left.length === 0) return;
  throw new StoreError(left.every(({ awsError }) => awsError === 'AccessDenied') ? 'STORE_ACCESS_DENIED' : 'STORE_DELETE_INCOMPLETE', {
    message: `${left.length} of ${all.length} objects in s3://${requests.bucket} could not be deleted, the first is ${left[0]!.key} (${left[0]!.awsError}).`,
    details: { operation: 'DeleteObjects', bucket: requests.bucket, leftCount: left.length, left: left.slice(0, MAX_SHOWN) },
  });
}

async function deletePage(requests: S3Requests, keys: readonly string[]): Promise<readonly LeftOver[]> {
  return requests.repeatable(
    { operation: 'DeleteObjects' },
    () => new DeleteObjectsCommand({ Bucket: requests.bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    ({ output }) => {
      const deleted = new Set(output.Deleted?.map(({ Key }) => Key));
      const reasons = new Map(output.Errors?.map(({ Key, Code }) => [Key, Code]));
      return keys.filter((key) => !deleted.has(key)).map((key) => ({ key, awsError: reasons.get(key) ?? 'no answer for this key' }));
    },
  );
}
