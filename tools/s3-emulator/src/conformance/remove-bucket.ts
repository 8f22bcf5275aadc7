import {
  AbortMultipartUploadCommand, DeleteBucketCommand, DeleteObjectsCommand, ListMultipartUploadsCommand, ListObjectVersionsCommand, S3ServiceException,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

/** Removes a bucket with all versions, markers and unfinished uploads; one that does not exist is fine. */
export async function removeBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    for (let more = true; more; ) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({ Key: Key!, VersionId }));
      if (objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }));
      more = page.IsTruncated ?? false;
    }
    for (let more = true; more; ) {
      const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      for (const { Key, UploadId } of page.Uploads ?? []) await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
      more = page.IsTruncated ?? false;
    }
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.name !== 'NoSuchBucket') throw error;
  }
}
