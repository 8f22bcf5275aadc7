import { randomBytes } from 'node:crypto';
import { DEFAULT_CHECKSUM_ALGORITHM } from '../checksum/checksum-algorithm.ts';
import type { ChecksumAlgorithm, ChecksumType } from '../checksum/checksum-algorithm.ts';
import { S3Error } from '../errors.ts';
import { element, xmlDocument } from '../http/xml.ts';
import { readAlgorithm } from './copy-object.ts';
import { OBJECT_WRITE_HEADERS, readObjectAttributes } from './object-headers.ts';
import type { Operation } from './operation.ts';

/**
 * Which types an algorithm has, the default first.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
const TYPES: Readonly<Record<ChecksumAlgorithm, readonly ChecksumType[]>> = {
  CRC32: ['COMPOSITE', 'FULL_OBJECT'],
  CRC32C: ['COMPOSITE', 'FULL_OBJECT'],
  CRC64NVME: ['FULL_OBJECT'],
  SHA1: ['COMPOSITE'],
  SHA256: ['COMPOSITE'],
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: Operation = {
  name: 'CreateMultipartUpload',
  method: 'POST',
  level: 'object',
  action: 's3:PutObject',
  select: ['uploads'],
  headers: [...OBJECT_WRITE_HEADERS, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
  body: 'none',
  run: (context) => {
    const { headers } = context.request;
    const bucket = context.bucket();
    const attributes = readObjectAttributes(headers);
    const requested = readAlgorithm(headers['x-amz-checksum-algorithm']);
    const algorithm = requested ?? DEFAULT_CHECKSUM_ALGORITHM;
    const type = readType(algorithm, headers['x-amz-checksum-type'], requested !== undefined);
    const uploadId = randomBytes(48).toString('base64url');
    context.store.apply([
      {
        kind: 'upload-created',
        bucket: bucket.name,
        upload: { uploadId, key: context.key, initiated: context.store.timestamp(), ...attributes, checksumAlgorithm: algorithm, checksumType: type, checksumRequested: requested !== undefined },
      },
    ]);
    return {
      status: 200,
      headers: requested ? { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type } : {},
      body: xmlDocument('InitiateMultipartUploadResult', [element('Bucket', bucket.name), element('Key', context.key), element('UploadId', uploadId)]),
    };
  },
};

function readType(algorithm: ChecksumAlgorithm, text: string | undefined, requested: boolean): ChecksumType {
  const allowed = TYPES[algorithm];
  if (text === undefined) return allowed[0]!;
  if (!requested) throw new S3Error('InvalidRequest', { message: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.' });
  const type = allowed.find((candidate) => candidate === text);
  if (!type) throw new S3Error('InvalidRequest', { message: `The ${text} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.` });
  return type;
}
