import { S3Error } from '../errors.ts';
import { element, xmlDocument } from '../http/xml.ts';
import type { XmlNode } from '../http/xml.ts';
import { compareKeys, lowerBound } from '../store/compare-keys.ts';
import type { ObjectIndex } from '../store/object-index.ts';
import type { ObjectVersion } from '../store/stored-object.ts';
import { OWNER_ID } from './list-objects-v2.ts';
import { readEncoding, readLimit } from './list-parameters.ts';
import { quote } from './object-headers.ts';
import type { Operation } from './operation.ts';

interface VersionPageRequest {
  prefix: string;
  delimiter: string;
  keyMarker: string | undefined;
  versionIdMarker: string | undefined;
  limit: number;
}

type VersionPageEntry = { key: string; version: ObjectVersion; isLatest: boolean } | { commonPrefix: string };

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions: Operation = {
  name: 'ListObjectVersions',
  method: 'GET',
  level: 'bucket',
  action: 's3:ListBucketVersions',
  select: ['versions'],
  query: ['prefix', 'delimiter', 'max-keys', 'key-marker', 'version-id-marker', 'encoding-type'],
  body: 'none',
  run: (context) => {
    const { query } = context.request;
    const bucket = context.bucket();
    const { type: encodingType, encode } = readEncoding(query);
    const request: VersionPageRequest = {
      prefix: query.get('prefix') ?? '',
      delimiter: query.get('delimiter') ?? '',
      keyMarker: query.get('key-marker') || undefined,
      versionIdMarker: query.get('version-id-marker') || undefined,
      limit: readLimit(query, 'max-keys'),
    };
    if (request.versionIdMarker !== undefined && request.keyMarker === undefined) {
      throw new S3Error('InvalidArgument', { message: 'A version-id marker cannot be specified without a key marker.', details: { ArgumentName: 'version-id-marker', ArgumentValue: request.versionIdMarker } });
    }
    const { entries, truncated } = pageVersions(bucket.objects, request);
    const last = truncated ? entries.at(-1) : undefined;
    return {
      status: 200,
      body: xmlDocument('ListVersionsResult', [
        element('Name', bucket.name),
        element('Prefix', encode(request.prefix)),
        element('KeyMarker', encode(request.keyMarker ?? '')),
        element('VersionIdMarker', request.versionIdMarker ?? ''),
        element('NextKeyMarker', last && encode('key' in last ? last.key : last.commonPrefix)),
        element('NextVersionIdMarker', last && 'key' in last ? last.version.versionId : undefined),
        element('MaxKeys', request.limit),
        element('Delimiter', request.delimiter === '' ? undefined : encode(request.delimiter)),
        element('EncodingType', encodingType),
        element('IsTruncated', truncated),
        ...entries.map((entry) => describeEntry(entry, encode)),
      ]),
    };
  },
};

/** Newest version first within a key. */
function pageVersions(objects: ObjectIndex, { prefix, delimiter, keyMarker, versionIdMarker, limit }: VersionPageRequest): { entries: VersionPageEntry[]; truncated: boolean } {
  const entries: VersionPageEntry[] = [];
  const { keys } = objects;
  const prefixOf = (key: string): string | undefined => {
    const cut = delimiter === '' || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length);
    return cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
  };
  // A page that ended with a common prefix gives it as the next marker: everything under it is done.
  let donePrefix = keyMarker !== undefined && versionIdMarker === undefined && prefixOf(keyMarker) === keyMarker ? keyMarker : undefined;
  const begins = (key: string): boolean => compareKeys(key, prefix) >= 0 && (keyMarker === undefined || compareKeys(key, keyMarker) > 0 || (key === keyMarker && versionIdMarker !== undefined));
  for (let index = lowerBound(keys, (key) => !begins(key)); index < keys.length; index += 1) {
    const key = keys[index]!;
    if (!key.startsWith(prefix)) break;
    const commonPrefix = prefixOf(key);
    if (commonPrefix !== undefined) {
      if (commonPrefix === donePrefix) continue;
      if (entries.length >= limit) return { entries, truncated: limit > 0 };
      entries.push({ commonPrefix });
      donePrefix = commonPrefix;
      continue;
    }
    const versions = [...objects.versions(key)].reverse();
    const skip = key === keyMarker && versionIdMarker !== undefined ? versions.findIndex(({ versionId }) => versionId === versionIdMarker) + 1 : 0;
    for (const [offset, version] of versions.slice(skip).entries()) {
      if (entries.length >= limit) return { entries, truncated: limit > 0 };
      entries.push({ key, version, isLatest: skip + offset === 0 });
    }
  }
  return { entries, truncated: false };
}

function describeEntry(entry: VersionPageEntry, encode: (key: string) => string): XmlNode {
  if ('commonPrefix' in entry) return element('CommonPrefixes', [element('Prefix', encode(entry.commonPrefix))]);
  const { key, version, isLatest } = entry;
  const common = [
    element('Key', encode(key)),
    element('VersionId', version.versionId),
    element('IsLatest', isLatest),
    element('LastModified', new Date(version.lastModified).toISOString()),
    element('Owner', [element('ID', OWNER_ID)]),
  ];
  if (version.deleteMarker) return element('DeleteMarker', common);
  return element('Version', [...common, element('ETag', quote(version.etag)), element('Size', version.size), element('StorageClass', 'STANDARD')]);
}
