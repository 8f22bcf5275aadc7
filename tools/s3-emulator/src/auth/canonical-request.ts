import { createHash, createHmac } from 'node:crypto';
import type { QueryParameter } from '../http/query-string.ts';

/** SHA-256 of nothing, in hex. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The parts of a credential scope, `date/region/service/aws4_request`. */
export interface CredentialScope {
  /** `yyyymmdd` */
  date: string;
  region: string;
  service: string;
}

export interface CanonicalRequestParts {
  method: string;
  /** Percent-decoded path. */
  path: string;
  query: readonly QueryParameter[];
  headers: Readonly<Record<string, string>>;
  signedHeaders: readonly string[];
  payloadHash: string;
}

/** Percent-encodes every byte outside `A-Z a-z 0-9 - . _ ~`. */
export function uriEncode(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Like {@link uriEncode}, with `/` left alone. */
function uriEncodePath(path: string): string {
  return path.split('/').map(uriEncode).join('/');
}

/**
 * The canonical request of Signature Version 4 as S3 makes it: the path is neither normalised nor encoded twice.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function canonicalRequest(parts: CanonicalRequestParts): string {
  const query = parts.query
    .map(({ name, value }) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = parts.signedHeaders.map((name) => `${name}:${(parts.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`).join('');
  return [parts.method, uriEncodePath(parts.path), query, headers, parts.signedHeaders.join(';'), parts.payloadHash].join('\n');
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

/** @param amzDate `yyyymmddThhmmssZ` */
export function stringToSign(amzDate: string, scope: CredentialScope, canonical: string): string {
  // Header values arrive as one character per byte, hence latin1.
  const hash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  return ['AWS4-HMAC-SHA256', amzDate, scopeText(scope), hash].join('\n');
}

export function signingKey(secret: string, scope: CredentialScope): Buffer {
  return [scope.date, scope.region, scope.service, 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}

/** @returns the signature in hex */
export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
