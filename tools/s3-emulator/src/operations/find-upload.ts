import { S3Error } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Upload } from '../store/stored-object.ts';

/** @throws S3Error `NoSuchUpload` when the id is unknown or belongs to another key */
export function findUpload(bucket: Bucket, key: string, uploadId: string | undefined): Upload {
  const upload = uploadId === undefined ? undefined : bucket.uploads.get(uploadId);
  if (!upload || upload.key !== key) throw new S3Error('NoSuchUpload', { details: { UploadId: uploadId ?? '' } });
  return upload;
}
