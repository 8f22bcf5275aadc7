import { requestedChecksum } from '../checksum/requested-checksum.ts';
import { S3Error } from '../errors.ts';
import { element, xmlDocument } from '../http/xml.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Upload, UploadedPart } from '../store/stored-object.ts';
import { readRange } from './byte-range.ts';
import { copyBody } from './copy-body.ts';
import { COPY_SOURCE_HEADERS, findCopySource } from './copy-source.ts';
import { findUpload } from './find-upload.ts';
import { checksumHeaders, quote } from './object-headers.ts';
import type { Operation, OperationContext, StagedBody } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PART_NUMBER = 10_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: Operation = {
  name: 'UploadPart',
  method: 'PUT',
  level: 'object',
  action: 's3:PutObject',
  select: ['partNumber', 'uploadId'],
  headers: ['x-amz-checksum-*', 'x-amz-sdk-checksum-algorithm', 'x-amz-trailer', 'x-amz-decoded-content-length'],
  body: 'stream',
  run: async (context) => {
    const { bucket, upload, partNumber } = address(context);
    checkAlgorithm(upload, requestedChecksum(context.request.headers)?.algorithm);
    const body = await context.receive(upload.checksumAlgorithm);
    const part = await storePart(context, bucket, upload, partNumber, body);
    const checksum = body.checksum?.sent ? checksumHeaders({ algorithm: upload.checksumAlgorithm, value: part.checksum, type: upload.checksumType }) : {};
    delete checksum['x-amz-checksum-type'];
    return { status: 200, headers: { etag: quote(part.etag), 'x-amz-server-side-encryption': 'AES256', ...checksum } };
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy: Operation = {
  name: 'UploadPartCopy',
  method: 'PUT',
  level: 'object',
  action: 's3:PutObject',
  select: ['partNumber', 'uploadId'],
  selectHeader: 'x-amz-copy-source',
  headers: [...COPY_SOURCE_HEADERS, 'x-amz-copy-source-range'],
  body: 'none',
  run: async (context) => {
    const { bucket, upload, partNumber } = address(context);
    const { version } = findCopySource(context);
    const rangeText = context.request.headers['x-amz-copy-source-range'];
    if (rangeText !== undefined && !/^bytes=\d+-\d+$/.test(rangeText)) {
      throw new S3Error('InvalidArgument', { message: 'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy', details: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: rangeText } });
    }
    const range = readRange(rangeText, version.size) ?? { start: 0, end: version.size };
    const body = await copyBody(context.store, { segments: version.segments, ...range }, upload.checksumAlgorithm);
    const part = await storePart(context, bucket, upload, partNumber, body);
    return {
      status: 200,
      body: xmlDocument('CopyPartResult', [
        element('ETag', quote(part.etag)),
        element('LastModified', new Date(part.lastModified).toISOString()),
        element(`Checksum${upload.checksumAlgorithm}`, upload.checksumRequested ? part.checksum : undefined),
      ]),
    };
  },
};

function address(context: OperationContext): { bucket: Bucket; upload: Upload; partNumber: number } {
  const { query } = context.request;
  const bucket = context.bucket();
  const text = query.get('partNumber') ?? '';
  const partNumber = Number(text);
  if (!/^\d+$/.test(text) || partNumber < 1 || partNumber > MAX_PART_NUMBER) {
    throw new S3Error('InvalidArgument', { message: 'Part number must be an integer between 1 and 10000, inclusive', details: { ArgumentName: 'partNumber', ArgumentValue: text } });
  }
  return { bucket, upload: findUpload(bucket, context.key, query.get('uploadId')), partNumber };
}

/** The parts of an upload carry the checksum it was created for; composite ones must carry it. */
function checkAlgorithm(upload: Upload, sent: string | undefined): void {
  const mustSend = upload.checksumRequested && upload.checksumType === 'COMPOSITE';
  if (sent === undefined ? !mustSend : sent === upload.checksumAlgorithm) return;
  const expected = upload.checksumRequested ? upload.checksumAlgorithm.toLowerCase() : 'null';
  throw new S3Error('InvalidRequest', { message: `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${sent?.toLowerCase() ?? 'null'}` });
}

async function storePart(context: OperationContext, bucket: Bucket, upload: Upload, partNumber: number, body: StagedBody): Promise<UploadedPart> {
  const { store } = context;
  try {
    await context.checkpoint('received');
    await context.checkpoint('commit');
    await body.publish();
    // The upload may have been completed or aborted while the body came in.
    store.requireLive(bucket);
    findUpload(bucket, upload.key, upload.uploadId);
    const part: UploadedPart = { partNumber, lastModified: store.timestamp(), etag: body.md5.toString('hex'), segment: body.segment, checksum: body.checksum!.value };
    store.apply([{ kind: 'part-stored', bucket: bucket.name, uploadId: upload.uploadId, part }]);
    return part;
  } catch (error) {
    await body.discard();
    throw error;
  }
}
