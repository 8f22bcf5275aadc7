import { createHash } from 'node:crypto';
import { CHECKSUM_ALGORITHMS, checksumHeader, startDigest } from '../checksum/checksum-algorithm.ts';
import type { ChecksumAlgorithm, StoredChecksum } from '../checksum/checksum-algorithm.ts';
import { combineCrc } from '../checksum/combine-crc.ts';
import type { CrcAlgorithm } from '../checksum/combine-crc.ts';
import { requestedChecksum } from '../checksum/requested-checksum.ts';
import { S3Error } from '../errors.ts';
import { element, xmlDocument } from '../http/xml.ts';
import type { Upload, UploadedPart } from '../store/stored-object.ts';
import { findUpload } from './find-upload.ts';
import { quote, versionHeader } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { readCompletedParts } from './read-completed-parts.ts';
import type { CompletedPart } from './read-completed-parts.ts';
import { readWriteCondition } from './write-condition.ts';
import { writeObject } from './write-object.ts';

/** Every part but the last has at least this many bytes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * 1024 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload: Operation = {
  name: 'CompleteMultipartUpload',
  method: 'POST',
  level: 'object',
  action: 's3:PutObject',
  select: ['uploadId'],
  headers: [...CHECKSUM_ALGORITHMS.map(checksumHeader), 'x-amz-checksum-type', 'x-amz-mp-object-size', 'if-match', 'if-none-match'],
  body: 'xml',
  checksumOfObject: true,
  run: async (context) => {
    const { headers, query } = context.request;
    const bucket = context.bucket();
    const condition = readWriteCondition(headers);
    const upload = findUpload(bucket, context.key, query.get('uploadId'));
    const parts = matchParts(upload, readCompletedParts(context.xml));
    const checksum = objectChecksum(upload, parts);
    const size = parts.reduce((sum, part) => sum + part.segment.size, 0);
    checkExpectations(headers, checksum, size);
    const etag = createHash('md5');
    for (const part of parts) etag.update(Buffer.from(part.etag, 'hex'));
    const watch = bucket.objects.watch(context.key);
    try {
      const version = await writeObject(context, {
        bucket,
        condition,
        watch,
        publish: () => Promise.resolve(),
        recheck: () => {
          for (const part of parts) {
            if (findUpload(bucket, context.key, upload.uploadId).parts.get(part.partNumber) !== part) throw new S3Error('InvalidPart');
          }
        },
        draft: () => ({
          headers: upload.headers,
          metadata: upload.metadata,
          etag: `${etag.digest('hex')}-${parts.length}`,
          size,
          segments: parts.map((part) => part.segment),
          checksum,
        }),
        also: [{ kind: 'upload-ended', bucket: bucket.name, uploadId: upload.uploadId }],
      });
      return {
        status: 200,
        headers: { ...versionHeader(version), 'x-amz-server-side-encryption': 'AES256' },
        body: xmlDocument('CompleteMultipartUploadResult', [
          element('Location', `/${bucket.name}/${context.key}`),
          element('Bucket', bucket.name),
          element('Key', context.key),
          element('ETag', quote(version.etag)),
          element(`Checksum${checksum.algorithm}`, checksum.value),
          element('ChecksumType', checksum.type),
        ]),
      };
    } finally {
      watch.end();
    }
  },
};

/** @throws S3Error `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`, `InvalidRequest` */
function matchParts(upload: Upload, listed: readonly CompletedPart[]): UploadedPart[] {
  const composite = upload.checksumRequested && upload.checksumType === 'COMPOSITE';
  const parts = listed.map((item, index) => {
    const previous = listed[index - 1]?.partNumber ?? 0;
    if (item.partNumber <= previous || (composite && item.partNumber !== index + 1)) throw new S3Error('InvalidPartOrder', { details: { UploadId: upload.uploadId } });
    if (composite && !item.checksums.has(upload.checksumAlgorithm)) {
      throw new S3Error('InvalidRequest', {
        message: `The upload was created using a ${upload.checksumAlgorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${item.partNumber} in the request.`,
      });
    }
    const part = upload.parts.get(item.partNumber);
    if (!part || part.etag !== item.etag || !checksumsMatch(upload.checksumAlgorithm, part, item)) {
      throw new S3Error('InvalidPart', { details: { UploadId: upload.uploadId, PartNumber: String(item.partNumber), ETag: item.etag } });
    }
    return part;
  });
  for (const part of parts.slice(0, -1)) {
    if (part.segment.size < MIN_PART_BYTES) {
      throw new S3Error('EntityTooSmall', {
        details: { ProposedSize: String(part.segment.size), MinSizeAllowed: String(MIN_PART_BYTES), PartNumber: String(part.partNumber), ETag: part.etag },
      });
    }
  }
  return parts;
}

function checksumsMatch(algorithm: ChecksumAlgorithm, part: UploadedPart, item: CompletedPart): boolean {
  return [...item.checksums].every(([name, value]) => name === algorithm && value === part.checksum);
}

function objectChecksum(upload: Upload, parts: readonly UploadedPart[]): StoredChecksum {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  const values = parts.map((part) => Buffer.from(part.checksum, 'base64'));
  if (type === 'FULL_OBJECT') {
    const value = combineCrc(algorithm as CrcAlgorithm, parts.map((part, index) => ({ value: values[index]!, size: part.segment.size })));
    return { algorithm, type, value: value.toString('base64') };
  }
  const digest = startDigest(algorithm);
  for (const value of values) digest.update(value);
  return { algorithm, type, value: `${digest.digest().toString('base64')}-${parts.length}` };
}

/** What the client says of the whole object. */
function checkExpectations(headers: Readonly<Record<string, string>>, checksum: StoredChecksum, size: number): void {
  const expectedSize = headers['x-amz-mp-object-size'];
  if (expectedSize !== undefined && expectedSize !== String(size)) {
    throw new S3Error('InvalidRequest', { message: `The provided 'x-amz-mp-object-size' header value ${expectedSize} does not match what was computed: ${size}` });
  }
  const expectedType = headers['x-amz-checksum-type'];
  if (expectedType !== undefined && expectedType !== checksum.type) {
    throw new S3Error('InvalidRequest', { message: `The upload was created using the ${checksum.type} checksum mode. The complete request must use the same checksum mode.` });
  }
  // A composite value has the count of parts behind it, which is no base64.
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, name.startsWith('x-amz-checksum-') ? value.replace(/-\d+$/, '') : value]));
  const expected = requestedChecksum(plain);
  if (!expected) return;
  const sent = headers[checksumHeader(expected.algorithm)];
  if (expected.algorithm !== checksum.algorithm || (sent !== checksum.value && expected.value !== checksum.value.replace(/-\d+$/, ''))) {
    throw new S3Error('BadDigest', { message: `The ${expected.algorithm.toLowerCase()} you specified did not match the calculated checksum.` });
  }
}
