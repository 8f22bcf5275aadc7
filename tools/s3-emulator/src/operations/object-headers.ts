import { checksumHeader } from '../checksum/checksum-algorithm.ts';
import type { StoredChecksum } from '../checksum/checksum-algorithm.ts';
import { S3Error } from '../errors.ts';
import { NULL_VERSION } from '../store/stored-object.ts';
import type { ObjectVersion } from '../store/stored-object.ts';

/** User metadata of an object: at most 2 KB of names and values. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA_BYTES = 2048;
const METADATA_PREFIX = 'x-amz-meta-';
const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';
const SYSTEM_HEADERS = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'];

/** Headers that a request which makes an object may have. */
export const OBJECT_WRITE_HEADERS = [`${METADATA_PREFIX}*`, 'x-amz-storage-class', 'x-amz-server-side-encryption'];

/** What a request says about the object it makes. */
export interface ObjectAttributes {
  headers: Record<string, string>;
  metadata: Record<string, string>;
}

/** @throws S3Error `MetadataTooLarge`, `NotImplemented` */
export function readObjectAttributes(request: Readonly<Record<string, string>>): ObjectAttributes {
  requireValue(request, 'x-amz-storage-class', 'STANDARD');
  requireValue(request, 'x-amz-server-side-encryption', 'AES256');
  const headers: Record<string, string> = { 'content-type': DEFAULT_CONTENT_TYPE };
  for (const name of SYSTEM_HEADERS) {
    const value = request[name];
    if (value !== undefined && value !== '') headers[name] = value;
  }
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim()).filter((encoding) => encoding !== '' && encoding !== 'aws-chunked');
  if (encodings.length > 0) headers['content-encoding'] = encodings.join(',');
  else delete headers['content-encoding'];
  return { headers, metadata: readMetadata(request) };
}

function readMetadata(request: Readonly<Record<string, string>>): Record<string, string> {
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of Object.entries(request)) {
    if (!name.startsWith(METADATA_PREFIX)) continue;
    const short = name.slice(METADATA_PREFIX.length);
    metadata[short] = value;
    size += short.length + value.length;
  }
  if (size > MAX_METADATA_BYTES) throw new S3Error('MetadataTooLarge', { details: { Size: String(size), MaxSizeAllowed: String(MAX_METADATA_BYTES) } });
  return metadata;
}

/** Refuses a header value that would need something this server does not do. */
function requireValue(request: Readonly<Record<string, string>>, name: string, only: string): void {
  if (request[name] !== undefined && request[name] !== only) throw new S3Error('NotImplemented', { details: { Header: name } });
}

/** The headers that describe a stored object in an answer to GET and HEAD. */
export function describeObject(version: ObjectVersion): Record<string, string | undefined> {
  const metadata = Object.entries(version.metadata).map(([name, value]) => [`${METADATA_PREFIX}${name}`, value] as const);
  return {
    ...version.headers,
    ...Object.fromEntries(metadata),
    'accept-ranges': 'bytes',
    etag: quote(version.etag),
    'last-modified': new Date(version.lastModified).toUTCString(),
    'x-amz-server-side-encryption': 'AES256',
    ...versionHeader(version),
  };
}

/** `x-amz-version-id`, for versions that have one. */
export function versionHeader(version: ObjectVersion): Record<string, string | undefined> {
  return { 'x-amz-version-id': version.versionId === NULL_VERSION ? undefined : version.versionId };
}

export function checksumHeaders(checksum: StoredChecksum | undefined): Record<string, string> {
  return checksum ? { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type } : {};
}

export function quote(etag: string): string {
  return `"${etag}"`;
}
