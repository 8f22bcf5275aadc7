import type { IncomingMessage } from 'node:http';
import { S3Error } from '../errors.ts';
import { percentDecode } from './percent-decode.ts';
import { QueryString } from './query-string.ts';

/** Requests to `BUCKET.localhost` name their bucket in the host. */
const VIRTUAL_HOST_SUFFIX = '.localhost';

/** S3 object keys have at most 1024 bytes of UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** A request as S3 sees it, nothing of it checked but its form. */
export interface S3Request {
  method: string;
  /** Percent-decoded path, bucket included when it is in the path. */
  path: string;
  query: QueryString;
  /** Lower-case names; one character per byte. */
  headers: Readonly<Record<string, string>>;
  bucket?: string;
  key?: string;
}

/**
 * Reads method, address and headers. The path is never resolved: `..` and `//` are parts of a key.
 *
 * @throws S3Error `InvalidURI`, `KeyTooLongError`, `InvalidArgument`
 */
export function parseRequest(incoming: IncomingMessage): S3Request {
  const target = incoming.url ?? '/';
  if (!target.startsWith('/')) throw new S3Error('InvalidURI');
  const question = target.indexOf('?');
  const path = percentDecode(question < 0 ? target : target.slice(0, question));
  const query = new QueryString(question < 0 ? '' : target.slice(question + 1));
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method: incoming.method ?? 'GET', path, query, headers, ...address(path, headers['host'] ?? '') };
}

function address(path: string, host: string): { bucket?: string; key?: string } {
  const hostname = host.replace(/:\d+$/, '');
  if (hostname.endsWith(VIRTUAL_HOST_SUFFIX)) return withKey(hostname.slice(0, -VIRTUAL_HOST_SUFFIX.length), path.slice(1));
  if (path === '/') return {};
  const slash = path.indexOf('/', 1);
  return slash < 0 ? { bucket: path.slice(1) } : withKey(path.slice(1, slash), path.slice(slash + 1));
}

function withKey(bucket: string, key: string): { bucket: string; key?: string } {
  if (key === '') return { bucket };
  checkKey(key);
  return { bucket, key };
}

/**
 * The rules of object keys.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 *
 * @throws S3Error `KeyTooLongError`, `InvalidURI`
 */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError', { details: { Size: String(size), MaxSizeAllowed: String(MAX_KEY_BYTES) } });
  // Read from the left, `..` segments may never outnumber the other segments before them.
  let depth = 0;
  for (const segment of key.split('/')) {
    if (segment === '..') depth -= 1;
    else if (segment !== '' && segment !== '.') depth += 1;
    if (depth < 0) throw new S3Error('InvalidURI');
  }
}
