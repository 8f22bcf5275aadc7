import { S3Error } from '../errors.ts';
import type { S3Request } from '../http/s3-request.ts';
import type { AccessKey, AccessKeys } from './access-key.ts';
import { formatAmzDate, parseAmzDate } from './amz-date.ts';
import { canonicalRequest, sign, signingKey, stringToSign } from './canonical-request.ts';
import type { CredentialScope } from './canonical-request.ts';
import { ChunkSigner, sameText } from './chunk-signer.ts';
import { parsePayload } from './payload.ts';
import type { Payload } from './payload.ts';
import { readAuthorizationHeader, readPresignedQuery } from './read-credentials.ts';
import type { SignedCredentials } from './read-credentials.ts';

const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_PRESIGNED_SECONDS = 7 * 24 * 60 * 60;

export interface AuthenticationSettings {
  accessKeys: AccessKeys;
  region: string;
  now: Date;
}

export interface Authenticated {
  accessKeyId: string;
  accessKey: AccessKey;
  payload: Payload;
}

/**
 * Checks Signature Version 4, in the Authorization header or in the query of a presigned URL.
 * The hash of the body is checked later, while it is read.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 *
 * @throws S3Error with the code S3 documents for the failure
 */
export function authenticate(request: S3Request, settings: AuthenticationSettings): Authenticated {
  const presigned = request.query.has('X-Amz-Signature') || request.query.has('X-Amz-Algorithm');
  if (presigned && request.headers['authorization'] !== undefined) {
    throw new S3Error('InvalidArgument', { message: 'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified' });
  }
  const credentials = presigned ? readPresignedQuery(request.query) : readAuthorizationHeader(request.headers['authorization']);
  const fail = presigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed';
  const signedAt = presigned ? checkPresignedTime(request, credentials, settings.now) : checkHeaderTime(request, settings.now);
  const amzDate = formatAmzDate(signedAt);
  checkScope(credentials.scope, amzDate, settings.region, fail);

  const accessKey = Object.hasOwn(settings.accessKeys, credentials.accessKeyId) ? settings.accessKeys[credentials.accessKeyId] : undefined;
  if (!accessKey) throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: credentials.accessKeyId } });
  checkSessionToken(accessKey, presigned ? request.query.get('X-Amz-Security-Token') : request.headers['x-amz-security-token']);
  checkSignedHeaders(request, credentials.signedHeaders);

  const payloadHash = presigned ? presignedPayloadHash(request) : requiredPayloadHash(request);
  const canonical = canonicalRequest({
    method: request.method,
    path: request.path,
    query: request.query.all().filter(({ name }) => name !== 'X-Amz-Signature'),
    headers: request.headers,
    signedHeaders: credentials.signedHeaders,
    payloadHash,
  });
  const key = signingKey(accessKey.secret, credentials.scope);
  const text = stringToSign(amzDate, credentials.scope, canonical);
  if (!sameText(sign(key, text), credentials.signature)) {
    throw new S3Error('SignatureDoesNotMatch', {
      details: { AWSAccessKeyId: credentials.accessKeyId, StringToSign: text, SignatureProvided: credentials.signature, CanonicalRequest: canonical },
    });
  }
  const payload = parsePayload(payloadHash, () => new ChunkSigner(key, amzDate, credentials.scope, credentials.signature));
  return { accessKeyId: credentials.accessKeyId, accessKey, payload };
}

function checkHeaderTime(request: S3Request, now: Date): Date {
  const amzDate = request.headers['x-amz-date'];
  const httpDate = request.headers['date'];
  const signedAt = amzDate !== undefined ? parseAmzDate(amzDate) : httpDate === undefined ? undefined : new Date(httpDate);
  if (!signedAt || Number.isNaN(signedAt.getTime())) throw new S3Error('AccessDenied', { message: 'AWS authentication requires a valid Date or x-amz-date header' });
  if (Math.abs(now.getTime() - signedAt.getTime()) > MAX_SKEW_MS) {
    throw new S3Error('RequestTimeTooSkewed', {
      details: { RequestTime: formatAmzDate(signedAt), ServerTime: now.toISOString(), MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS) },
    });
  }
  return signedAt;
}

function checkPresignedTime(request: S3Request, credentials: SignedCredentials, now: Date): Date {
  const signedAt = parseAmzDate(request.query.get('X-Amz-Date') ?? '');
  if (!signedAt) throw new S3Error('AuthorizationQueryParametersError', { message: 'X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd\'T\'HHmmss\'Z\'"' });
  const text = credentials.expiresSeconds ?? '';
  if (!/^\d+$/.test(text)) throw new S3Error('AuthorizationQueryParametersError', { message: 'X-Amz-Expires should be a number' });
  const seconds = Number(text);
  if (seconds > MAX_PRESIGNED_SECONDS) {
    throw new S3Error('AuthorizationQueryParametersError', { message: 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds' });
  }
  if (signedAt.getTime() > now.getTime() + MAX_SKEW_MS) throw new S3Error('AccessDenied', { message: 'Request is not valid yet' });
  if (now.getTime() > signedAt.getTime() + seconds * 1000) {
    throw new S3Error('AccessDenied', { message: 'Request has expired', details: { 'X-Amz-Expires': text, ServerTime: now.toISOString() } });
  }
  return signedAt;
}

function checkScope(scope: CredentialScope, amzDate: string, region: string, code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError'): void {
  if (scope.date !== amzDate.slice(0, 8)) {
    throw new S3Error(code, { message: `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".` });
  }
  if (scope.service !== 's3') throw new S3Error(code, { message: `The credential's service '${scope.service}' is wrong; expecting 's3'` });
  if (scope.region !== region) {
    throw new S3Error(code, { message: `The region '${scope.region}' is wrong; expecting '${region}'`, details: { Region: region } });
  }
}

function checkSessionToken(key: AccessKey, token: string | undefined): void {
  if (key.sessionToken === undefined) {
    if (token !== undefined) throw new S3Error('InvalidToken');
    return;
  }
  // Temporary credentials without their token look like an unknown key.
  if (token === undefined) throw new S3Error('InvalidAccessKeyId');
  if (!sameText(token, key.sessionToken)) throw new S3Error('InvalidToken');
}

/** Host and every x-amz-* header of the request must be signed. */
function checkSignedHeaders(request: S3Request, signedHeaders: readonly string[]): void {
  const signed = new Set(signedHeaders);
  const missing = Object.keys(request.headers).filter((name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.has(name));
  if (missing.length > 0) {
    throw new S3Error('AccessDenied', { message: 'There were headers present in the request which were not signed', details: { HeadersNotSigned: missing.join(', ') } });
  }
}

function requiredPayloadHash(request: S3Request): string {
  const value = request.headers['x-amz-content-sha256'];
  if (value === undefined) throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: x-amz-content-sha256' });
  return value;
}

function presignedPayloadHash(request: S3Request): string {
  return request.query.get('X-Amz-Content-Sha256') ?? request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
}
