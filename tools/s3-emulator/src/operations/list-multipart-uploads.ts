import { element, xmlDocument } from '../http/xml.ts';
import type { XmlNode } from '../http/xml.ts';
import { compareKeys } from '../store/compare-keys.ts';
import type { Upload } from '../store/stored-object.ts';
import { readEncoding, readLimit } from './list-parameters.ts';
import type { Operation } from './operation.ts';

type Entry = { upload: Upload } | { commonPrefix: string };

/** Uploads by key, then by the time they began. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads: Operation = {
  name: 'ListMultipartUploads',
  method: 'GET',
  level: 'bucket',
  action: 's3:ListBucketMultipartUploads',
  select: ['uploads'],
  query: ['prefix', 'delimiter', 'max-uploads', 'key-marker', 'upload-id-marker', 'encoding-type'],
  body: 'none',
  run: (context) => {
    const { query } = context.request;
    const bucket = context.bucket();
    const { type: encodingType, encode } = readEncoding(query);
    const limit = readLimit(query, 'max-uploads');
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const keyMarker = query.get('key-marker') ?? '';
    const idMarker = query.get('upload-id-marker') ?? '';
    const sorted = [...bucket.uploads.values()].sort((a, b) => compareKeys(a.key, b.key) || a.initiated - b.initiated || compareKeys(a.uploadId, b.uploadId));
    const { entries, truncated } = page(afterMarkers(sorted, keyMarker, idMarker), { prefix, delimiter, keyMarker, limit });
    const last = truncated ? entries.at(-1) : undefined;
    return {
      status: 200,
      body: xmlDocument('ListMultipartUploadsResult', [
        element('Bucket', bucket.name),
        element('KeyMarker', encode(keyMarker)),
        element('UploadIdMarker', idMarker),
        element('NextKeyMarker', last && encode('upload' in last ? last.upload.key : last.commonPrefix)),
        element('NextUploadIdMarker', last && 'upload' in last ? last.upload.uploadId : undefined),
        element('Prefix', encode(prefix)),
        element('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
        element('EncodingType', encodingType),
        element('MaxUploads', limit),
        element('IsTruncated', truncated),
        ...entries.map((entry) => describe(entry, encode)),
      ]),
    };
  },
};

/** With an id marker the rest of the marker's key follows too; an id that is gone skips nothing of later keys. */
function afterMarkers(sorted: readonly Upload[], keyMarker: string, idMarker: string): readonly Upload[] {
  const markerAt = sorted.findIndex((upload) => upload.key === keyMarker && upload.uploadId === idMarker);
  if (idMarker !== '' && markerAt >= 0) return sorted.slice(markerAt + 1);
  return sorted.filter((upload) => compareKeys(upload.key, keyMarker) > 0);
}

function page(uploads: readonly Upload[], { prefix, delimiter, keyMarker, limit }: { prefix: string; delimiter: string; keyMarker: string; limit: number }): { entries: Entry[]; truncated: boolean } {
  const entries: Entry[] = [];
  // A page that ended with a common prefix gives it as the next marker.
  const markerIsPrefix = delimiter !== '' && keyMarker.startsWith(prefix) && keyMarker.indexOf(delimiter, prefix.length) + delimiter.length === keyMarker.length;
  let donePrefix = markerIsPrefix && keyMarker !== '' ? keyMarker : undefined;
  for (const upload of uploads) {
    if (!upload.key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : upload.key.indexOf(delimiter, prefix.length);
    const commonPrefix = cut < 0 ? undefined : upload.key.slice(0, cut + delimiter.length);
    if (commonPrefix !== undefined && commonPrefix === donePrefix) continue;
    if (entries.length >= limit) return { entries, truncated: limit > 0 };
    entries.push(commonPrefix === undefined ? { upload } : { commonPrefix });
    if (commonPrefix !== undefined) donePrefix = commonPrefix;
  }
  return { entries, truncated: false };
}

function describe(entry: Entry, encode: (key: string) => string): XmlNode {
  if ('commonPrefix' in entry) return element('CommonPrefixes', [element('Prefix', encode(entry.commonPrefix))]);
  const { upload } = entry;
  return element('Upload', [
    element('Key', encode(upload.key)),
    element('UploadId', upload.uploadId),
    element('StorageClass', 'STANDARD'),
    element('Initiated', new Date(upload.initiated).toISOString()),
    element('ChecksumAlgorithm', upload.checksumRequested ? upload.checksumAlgorithm : undefined),
    element('ChecksumType', upload.checksumRequested ? upload.checksumType : undefined),
  ]);
}
