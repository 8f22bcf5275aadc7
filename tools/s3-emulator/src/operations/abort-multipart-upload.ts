import { findUpload } from './find-upload.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: Operation = {
  name: 'AbortMultipartUpload',
  method: 'DELETE',
  level: 'object',
  action: 's3:AbortMultipartUpload',
  select: ['uploadId'],
  body: 'none',
  run: async (context) => {
    const bucket = context.bucket();
    await context.checkpoint('received');
    const upload = findUpload(bucket, context.key, context.request.query.get('uploadId'));
    context.store.apply([{ kind: 'upload-ended', bucket: bucket.name, uploadId: upload.uploadId }]);
    return { status: 204 };
  },
};
