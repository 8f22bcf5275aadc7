import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { isTidemarkError } from '@tidemark/domain';
import { StoreError } from './errors.ts';
import { listingPrefix } from './key-order.ts';
import type { UnfinishedUpload } from './object-store.ts';
import type { S3Requests } from './s3-requests.ts';

/** I9: every multipart upload below a prefix that was begun and not ended, or an error. */
export async function* listUploads(requests: S3Requests, prefix: string): AsyncGenerator<UnfinishedUpload> {
  listingPrefix(prefix);
  const broken = (found: string): StoreError =>
    new StoreError('STORE_ANSWER_INVALID', { message: `The listing of uploads to s3://${requests.bucket}/${prefix} is not complete: ${found}.`, details: { operation: 'ListMultipartUploads', bucket: requests.bucket, prefix } });
  let marker: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } = {};
  for (;;) {
    const page = await requests.repeatable(
      { operation: 'ListMultipartUploads', key: prefix },
      () => new ListMultipartUploadsCommand({ Bucket: requests.bucket, Prefix: prefix, EncodingType: 'url', ...marker }),
      ({ output }) => output,
    );
    const decoded = (key: string): string => (page.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', '%20')) : key);
    for (const found of page.Uploads ?? []) {
      if (found.Key === undefined || found.UploadId === undefined || found.Initiated === undefined) throw broken('an entry has no key, id or date');
      yield { key: decoded(found.Key), uploadId: found.UploadId, initiated: found.Initiated };
    }
    if (page.IsTruncated === undefined) throw broken('a page does not say whether more follows');
    if (!page.IsTruncated) return;
    if (page.NextKeyMarker === undefined || page.NextUploadIdMarker === undefined || (decoded(page.NextKeyMarker) === marker.KeyMarker && page.NextUploadIdMarker === marker.UploadIdMarker)) {
      throw broken('a page says that more follows and not how to ask for it');
    }
    marker = { KeyMarker: decoded(page.NextKeyMarker), UploadIdMarker: page.NextUploadIdMarker };
  }
}

/** Gives an upload up: the pieces that were sent are gone. One that has ended meanwhile is no error. */
export async function abortUpload(requests: S3Requests, { key, uploadId }: Pick<UnfinishedUpload, 'key' | 'uploadId'>): Promise<void> {
  try {
    await requests.repeatable({ operation: 'AbortMultipartUpload', key }, () => new AbortMultipartUploadCommand({ Bucket: requests.bucket, Key: key, UploadId: uploadId }), () => undefined);
  } catch (error) {
    if (!isTidemarkError(error) || error.code !== 'STORE_NOT_FOUND') throw error;
  }
}
