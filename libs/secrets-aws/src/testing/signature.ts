import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it arrived. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What is wrong with a signature, as the AWS APIs name it; null when it is right. */
export type SignatureFault = 'MissingAuthenticationTokenException' | 'IncompleteSignature' | 'UnrecognizedClientException' | 'InvalidSignatureException' | 'ExpiredTokenException';

const MAX_SKEW_MS = 5 * 60_000;

/**
 * Checks Signature Version 4 with the digest of the whole body.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureFault(request: SignedRequest, key: AccessKey, scope: { readonly region: string; readonly service: string }, now: Date): SignatureFault | null {
  const header = request.headers['authorization'];
  if (header === undefined) return 'MissingAuthenticationTokenException';
  const [, credential, signedHeaders, signature] = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header) ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) return 'IncompleteSignature';
  const [accessKeyId, date, region, service, end] = credential.split('/');
  const amzDate = request.headers['x-amz-date'] ?? '';
  if (end !== 'aws4_request' || date === undefined || !amzDate.startsWith(date)) return 'IncompleteSignature';
  if (accessKeyId !== key.accessKeyId) return 'UnrecognizedClientException';
  if (key.sessionToken !== undefined && request.headers['x-amz-security-token'] !== key.sessionToken) return 'ExpiredTokenException';
  if (region !== scope.region || service !== scope.service) return 'InvalidSignatureException';
  const signed = signedHeaders.split(';');
  // What changes the meaning of the request must be covered.
  if (['host', 'x-amz-date', 'x-amz-target'].some((name) => !signed.includes(name))) return 'InvalidSignatureException';
  if (Math.abs(timeOf(amzDate) - now.getTime()) > MAX_SKEW_MS) return 'InvalidSignatureException';
  const canonical = [request.method, request.path, '', ...signed.map((name) => `${name}:${(request.headers[name] ?? '').trim()}`), '', signedHeaders, sha256(request.body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', amzDate, `${date}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const signingKey = [date, region, service, 'aws4_request'].reduce<Buffer>((from, part) => createHmac('sha256', from).update(part).digest(), Buffer.from(`AWS4${key.secretAccessKey}`));
  const expected = createHmac('sha256', signingKey).update(toSign).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? null : 'InvalidSignatureException';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** `20260102T030405Z` as milliseconds. */
function timeOf(amzDate: string): number {
  return Date.parse(amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
