import { abortMultipartUpload } from './abort-multipart-upload.ts';
import { createBucket, deleteBucket, getBucketLocation, getBucketVersioning, headBucket, listBuckets, putBucketVersioning } from './bucket-operations.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { copyObject } from './copy-object.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getObject, headObject } from './get-object.ts';
import { listMultipartUploads } from './list-multipart-uploads.ts';
import { listObjectVersions } from './list-object-versions.ts';
import { listObjectsV2 } from './list-objects-v2.ts';
import { listParts } from './list-parts.ts';
import type { Operation } from './operation.ts';
import { putObject } from './put-object.ts';
import { uploadPart, uploadPartCopy } from './upload-part.ts';

/** Everything this server does. */
export const OPERATIONS: readonly Operation[] = [
  listBuckets, createBucket, deleteBucket, headBucket, getBucketLocation, getBucketVersioning, putBucketVersioning,
  listObjectsV2, listObjectVersions, listMultipartUploads, deleteObjects,
  putObject, getObject, headObject, deleteObject, copyObject,
  createMultipartUpload, uploadPart, uploadPartCopy, completeMultipartUpload, abortMultipartUpload, listParts,
];
