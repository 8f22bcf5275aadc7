import { S3Error } from '../errors.ts';
import { element, xmlDocument } from '../http/xml.ts';
import { findUpload } from './find-upload.ts';
import { readLimit } from './list-parameters.ts';
import { quote } from './object-headers.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: Operation = {
  name: 'ListParts',
  method: 'GET',
  level: 'object',
  action: 's3:ListMultipartUploadParts',
  select: ['uploadId'],
  query: ['max-parts', 'part-number-marker'],
  body: 'none',
  run: (context) => {
    const { query } = context.request;
    const bucket = context.bucket();
    const upload = findUpload(bucket, context.key, query.get('uploadId'));
    const limit = readLimit(query, 'max-parts');
    const marker = query.get('part-number-marker') ?? '0';
    if (!/^\d+$/.test(marker)) throw new S3Error('InvalidArgument', { details: { ArgumentName: 'part-number-marker', ArgumentValue: marker } });
    const rest = [...upload.parts.values()].filter((part) => part.partNumber > Number(marker)).sort((a, b) => a.partNumber - b.partNumber);
    const page = rest.slice(0, limit);
    return {
      status: 200,
      body: xmlDocument('ListPartsResult', [
        element('Bucket', bucket.name),
        element('Key', context.key),
        element('UploadId', upload.uploadId),
        element('PartNumberMarker', Number(marker)),
        element('NextPartNumberMarker', page.at(-1)?.partNumber ?? 0),
        element('MaxParts', limit),
        element('IsTruncated', limit > 0 && rest.length > page.length),
        element('StorageClass', 'STANDARD'),
        element('ChecksumAlgorithm', upload.checksumRequested ? upload.checksumAlgorithm : undefined),
        element('ChecksumType', upload.checksumRequested ? upload.checksumType : undefined),
        ...page.map((part) =>
          element('Part', [
            element('PartNumber', part.partNumber),
            element('LastModified', new Date(part.lastModified).toISOString()),
            element('ETag', quote(part.etag)),
            element(`Checksum${upload.checksumAlgorithm}`, upload.checksumRequested ? part.checksum : undefined),
            element('Size', part.segment.size),
          ]),
        ),
      ]),
    };
  },
};
