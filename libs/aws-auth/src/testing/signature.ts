import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface Scope {
  readonly region: string;
  readonly service: string;
}

/** A request as it arrived; header names in lower case. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const MAX_SKEW_MS = 5 * 60_000;

/**
 * Checks Signature Version 4 in the header or, as a token has it, in the query; null when it is right, else what AWS would call it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureFault(request: SignedRequest, key: AccessKey, scope: Scope, now: Date): string | null {
  const header = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(request.headers['authorization'] ?? '');
  const fromQuery = (name: string): string => request.query.get(`X-Amz-${name}`) ?? '';
  const isToken = header === null;
  const [credential, signedHeaders, signature, time, sessionToken] = isToken
    ? [fromQuery('Credential'), fromQuery('SignedHeaders'), fromQuery('Signature'), fromQuery('Date'), fromQuery('Security-Token')]
    : [header[1]!, header[2]!, header[3]!, request.headers['x-amz-date'] ?? '', request.headers['x-amz-security-token'] ?? ''];
  if (!/^[0-9a-f]{64}$/.test(signature)) return 'MissingAuthenticationToken';
  const [accessKeyId, date, region, service, end] = credential.split('/');
  if (accessKeyId !== key.accessKeyId) return 'InvalidClientTokenId';
  if (sessionToken !== key.sessionToken) return 'ExpiredToken';
  if (end !== 'aws4_request' || date === undefined || !time.startsWith(date) || region !== scope.region || service !== scope.service || !signedHeaders.split(';').includes('host')) return 'SignatureDoesNotMatch';
  const signedAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const lifeMs = isToken ? Number(fromQuery('Expires')) * 1000 : MAX_SKEW_MS;
  if (!(now.getTime() - signedAt <= lifeMs && signedAt - now.getTime() <= MAX_SKEW_MS)) return 'SignatureDoesNotMatch';
  const canonical = [
    request.method, request.path, canonicalQuery(request.query),
    ...signedHeaders.split(';').map((name) => `${name}:${(request.headers[name] ?? '').trim()}`), '', signedHeaders, sha256(request.body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, `${date}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const signingKey = [date, region, service, 'aws4_request'].reduce<Buffer>((from, part) => createHmac('sha256', from).update(part).digest(), Buffer.from(`AWS4${key.secretAccessKey}`));
  const expected = createHmac('sha256', signingKey).update(toSign).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? null : 'SignatureDoesNotMatch';
}

function canonicalQuery(query: URLSearchParams): string {
  const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return [...query].filter(([name]) => name !== 'X-Amz-Signature').map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join('&');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
