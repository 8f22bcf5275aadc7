import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { StoreError } from './errors.ts';
import { compareKeys, listingPrefix } from './key-order.ts';
import type { ListedObject, ListOptions } from './object-store.ts';
import type { S3Requests } from './s3-requests.ts';

/** I9: every page, each key once and in order, or an error. */
export function listObjects(requests: S3Requests, prefix: string, options: ListOptions = {}): AsyncIterable<ListedObject> {
  listingPrefix(prefix);
  return pages(requests, prefix, options);
}

async function* pages(requests: S3Requests, prefix: string, { startAfter }: ListOptions): AsyncGenerator<ListedObject> {
  const broken = (found: string): StoreError =>
    new StoreError('STORE_ANSWER_INVALID', { message: `The listing of s3://${requests.bucket}/${prefix} is not complete: ${found}.`, details: { operation: 'ListObjectsV2', bucket: requests.bucket, prefix } });
  let token: string | undefined;
  let previous = startAfter;
  for (;;) {
    const page = await requests.repeatable(
      { operation: 'ListObjectsV2', key: prefix },
      // Keys are asked for in URL encoding because XML 1.0 cannot carry every character of a key (API_ListObjectsV2).
      () => new ListObjectsV2Command({ Bucket: requests.bucket, Prefix: prefix, EncodingType: 'url', ...(token === undefined ? { StartAfter: startAfter } : { ContinuationToken: token }) }),
      ({ output }) => output,
    );
    for (const found of page.Contents ?? []) {
      if (found.Key === undefined || found.ETag === undefined || found.Size === undefined || found.LastModified === undefined) throw broken('an entry has no key, ETag, size or date');
      const key = page.EncodingType === 'url' ? decodeURIComponent(found.Key.replaceAll('+', '%20')) : found.Key;
      if (!key.startsWith(prefix)) throw broken(`it names ${key}, which lies elsewhere`);
      if (previous !== undefined && compareKeys(previous, key) >= 0) throw broken(`${key} comes after ${previous}`);
      previous = key;
      yield { key, etag: found.ETag, byteLength: found.Size, lastModified: found.LastModified };
    }
    // S3 always says it; an answer that does not is another server's, and no empty listing.
    if (page.IsTruncated === undefined) throw broken('a page does not say whether more follows');
    if (!page.IsTruncated) return;
    if (page.NextContinuationToken === undefined || page.NextContinuationToken === token) throw broken('a page says that more follows and not how to ask for it');
    token = page.NextContinuationToken;
  }
}
