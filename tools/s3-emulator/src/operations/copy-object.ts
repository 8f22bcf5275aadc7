import { DEFAULT_CHECKSUM_ALGORITHM, isChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import type { ChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import { S3Error } from '../errors.ts';
import { element, xmlDocument } from '../http/xml.ts';
import { copyBody } from './copy-body.ts';
import { COPY_SOURCE_HEADERS, findCopySource } from './copy-source.ts';
import { OBJECT_WRITE_HEADERS, quote, readObjectAttributes, versionHeader } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { fullObjectChecksum } from './put-object.ts';
import { readWriteCondition } from './write-condition.ts';
import { writeObject } from './write-object.ts';

/** A copy in one request takes objects up to 5 GiB. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
const MAX_COPY_BYTES = 5 * 1024 ** 3;

export const copyObject: Operation = {
  name: 'CopyObject',
  method: 'PUT',
  level: 'object',
  action: 's3:PutObject',
  selectHeader: 'x-amz-copy-source',
  headers: [...OBJECT_WRITE_HEADERS, ...COPY_SOURCE_HEADERS, 'x-amz-metadata-directive', 'x-amz-checksum-algorithm', 'if-match', 'if-none-match'],
  body: 'none',
  run: async (context) => {
    const { headers } = context.request;
    const bucket = context.bucket();
    const condition = readWriteCondition(headers);
    const replace = readDirective(headers['x-amz-metadata-directive']);
    const attributes = readObjectAttributes(headers);
    const watch = bucket.objects.watch(context.key);
    try {
      const source = findCopySource(context);
      if (!replace && source.bucket === bucket && source.key === context.key && source.version === bucket.objects.newest(context.key)) {
        throw new S3Error('InvalidRequest', { message: "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes." });
      }
      if (source.version.size > MAX_COPY_BYTES) throw new S3Error('InvalidRequest', { message: 'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120' });
      const algorithm = readAlgorithm(headers['x-amz-checksum-algorithm']) ?? source.version.checksum?.algorithm ?? DEFAULT_CHECKSUM_ALGORITHM;
      const body = await copyBody(context.store, { segments: source.version.segments, start: 0, end: source.version.size }, algorithm);
      try {
        const kept = replace ? attributes : { headers: source.version.headers, metadata: source.version.metadata };
        const checksum = fullObjectChecksum(body);
        const version = await writeObject(context, {
          bucket,
          condition,
          watch,
          publish: () => body.publish(),
          draft: () => ({ ...kept, etag: body.md5.toString('hex'), size: body.size, segments: [body.segment], checksum }),
        });
        return {
          status: 200,
          headers: {
            ...versionHeader(version),
            'x-amz-copy-source-version-id': versionHeader(source.version)['x-amz-version-id'],
            'x-amz-server-side-encryption': 'AES256',
          },
          body: xmlDocument('CopyObjectResult', [
            element('ETag', quote(version.etag)),
            element('LastModified', new Date(version.lastModified).toISOString()),
            element('ChecksumType', checksum?.type),
            element(`Checksum${algorithm}`, checksum?.value),
          ]),
        };
      } catch (error) {
        await body.discard();
        throw error;
      }
    } finally {
      watch.end();
    }
  },
};

/** @returns whether the request's metadata replaces the source's */
function readDirective(directive: string | undefined): boolean {
  if (directive === undefined || directive === 'COPY') return false;
  if (directive === 'REPLACE') return true;
  throw new S3Error('InvalidArgument', { message: 'Unknown metadata directive.', details: { ArgumentName: 'x-amz-metadata-directive', ArgumentValue: directive } });
}

/** @throws S3Error `InvalidRequest` for an algorithm that S3 does not have */
export function readAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const upper = name.toUpperCase();
  if (!isChecksumAlgorithm(upper)) throw new S3Error('InvalidRequest', { message: 'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]' });
  return upper;
}
