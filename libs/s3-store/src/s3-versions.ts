import { DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { StoreError } from './errors.ts';
import { compareKeys, listingPrefix } from './key-order.ts';
import type { S3Requests } from './s3-requests.ts';

/** S3 DeleteObjects takes at most 1000 objects per request (API_DeleteObjects). */
const MAX_PER_DELETE = 1000;

/** At most this many objects stand in an error. */
const MAX_SHOWN = 100;

interface Version {
  readonly key: string;
  /** `null`, as text, in a bucket that never was versioned. */
  readonly versionId: string;
}

/**
 * Removes every version and every delete marker of these keys. Repeating it is safe; a key without any counts as removed.
 *
 * @param prefix ends in `/` or is empty; every key lies below it. All versions below it are paged through.
 * @throws StoreError `STORE_DELETE_INCOMPLETE` with what is left, after all were tried
 */
export async function deleteEveryVersion(requests: S3Requests, keys: ReadonlySet<string>, prefix: string): Promise<void> {
  listingPrefix(prefix);
  const left: (Version & { readonly awsError: string })[] = [];
  let page: Version[] = [];
  const flush = async (): Promise<void> => {
    if (page.length > 0) left.push(...(await deletePage(requests, page)));
    page = [];
  };
  for await (const version of versionsBelow(requests, prefix)) {
    if (keys.has(version.key)) page.push(version);
    if (page.length === MAX_PER_DELETE) await flush();
  }
  await flush();
  if (left.length === 0) return;
  throw new StoreError(left.every(({ awsError }) => awsError === 'AccessDenied') ? 'STORE_ACCESS_DENIED' : 'STORE_DELETE_INCOMPLETE', {
    message: `${left.length} versions in s3://${requests.bucket} could not be deleted, the first is one of ${left[0]!.key} (${left[0]!.awsError}).`,
    details: { operation: 'DeleteObjects', bucket: requests.bucket, leftCount: left.length, left: left.slice(0, MAX_SHOWN) },
  });
}

/** I9: every version and delete marker below a prefix, page by page to the end, or an error. */
async function* versionsBelow(requests: S3Requests, prefix: string): AsyncGenerator<Version> {
  const broken = (found: string): StoreError =>
    new StoreError('STORE_ANSWER_INVALID', { message: `The listing of versions of s3://${requests.bucket}/${prefix} is not complete: ${found}.`, details: { operation: 'ListObjectVersions', bucket: requests.bucket, prefix } });
  let marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } = {};
  for (;;) {
    const page = await requests.repeatable(
      { operation: 'ListObjectVersions', key: prefix },
      () => new ListObjectVersionsCommand({ Bucket: requests.bucket, Prefix: prefix, EncodingType: 'url', ...marker }),
      ({ output }) => output,
    );
    const decoded = (key: string): string => (page.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', '%20')) : key);
    for (const found of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
      if (found.Key === undefined || found.VersionId === undefined) throw broken('an entry has no key or version');
      yield { key: decoded(found.Key), versionId: found.VersionId };
    }
    if (page.IsTruncated === undefined) throw broken('a page does not say whether more follows');
    if (!page.IsTruncated) return;
    const next = page.NextKeyMarker === undefined ? undefined : decoded(page.NextKeyMarker);
    if (next === undefined || (marker.KeyMarker !== undefined && compareKeys(next, marker.KeyMarker) < 0) || (next === marker.KeyMarker && page.NextVersionIdMarker === marker.VersionIdMarker)) {
      throw broken('a page says that more follows and not how to ask for it');
    }
    marker = { KeyMarker: next, ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }) };
  }
}

async function deletePage(requests: S3Requests, versions: readonly Version[]): Promise<readonly (Version & { readonly awsError: string })[]> {
  const idOf = (key: string | undefined, versionId: string | undefined): string => JSON.stringify([key, versionId ?? 'null']);
  return requests.repeatable(
    { operation: 'DeleteObjects' },
    () => new DeleteObjectsCommand({ Bucket: requests.bucket, Delete: { Objects: versions.map(({ key, versionId }) => ({ Key: key, VersionId: versionId })) } }),
    ({ output }) => {
      const deleted = new Set(output.Deleted?.map(({ Key, VersionId }) => idOf(Key, VersionId)));
      const reasons = new Map(output.Errors?.map(({ Key, VersionId, Code }) => [idOf(Key, VersionId), Code]));
      return versions.filter(({ key, versionId }) => !deleted.has(idOf(key, versionId))).map((version) => ({ ...version, awsError: reasons.get(idOf(version.key, version.versionId)) ?? 'no answer for this version' }));
    },
  );
}
