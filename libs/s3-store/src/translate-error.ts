import { StoreError, type StoreErrorCode } from './errors.ts';

/** What was asked for when the error came. */
export interface Asked {
  /** As the S3 API names it: `PutObject`. */
  readonly operation: string;
  readonly bucket: string;
  readonly key?: string;
  /** Of the configuration; null for Amazon S3. */
  readonly endpoint?: string | null;
}

/** A translated error, and whether the same request may succeed if it is sent again. */
export interface Failure {
  readonly error: StoreError;
  readonly isTransient: boolean;
  /** True when it is certain that the request changed nothing, so that even a conditional write may be sent again. */
  readonly isHarmless: boolean;
}

interface Meaning {
  readonly code: StoreErrorCode;
  readonly transient?: true;
  readonly harmless?: true;
}

/** Names of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and of the SDK's own errors. */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  NoSuchBucket: { code: 'STORE_BUCKET_MISSING' },
  NoSuchKey: { code: 'STORE_NOT_FOUND' },
  NotFound: { code: 'STORE_NOT_FOUND' },
  NoSuchUpload: { code: 'STORE_NOT_FOUND' },
  PreconditionFailed: { code: 'STORE_PRECONDITION_FAILED' },
  // A competing write was under way; AWS asks to send the request again.
  ConditionalRequestConflict: { code: 'STORE_FAILING', transient: true, harmless: true },
  OperationAborted: { code: 'STORE_FAILING', transient: true, harmless: true },
  AccessDenied: { code: 'STORE_ACCESS_DENIED' },
  AllAccessDisabled: { code: 'STORE_ACCESS_DENIED' },
  AccountProblem: { code: 'STORE_ACCESS_DENIED' },
  Forbidden: { code: 'STORE_ACCESS_DENIED' },
  InvalidAccessKeyId: { code: 'STORE_CREDENTIALS' },
  SignatureDoesNotMatch: { code: 'STORE_CREDENTIALS' },
  ExpiredToken: { code: 'STORE_CREDENTIALS' },
  InvalidToken: { code: 'STORE_CREDENTIALS' },
  TokenRefreshRequired: { code: 'STORE_CREDENTIALS' },
  CredentialsProviderError: { code: 'STORE_CREDENTIALS' },
  // The SDK learns the store's clock from this answer and signs the next request with it.
  RequestTimeTooSkewed: { code: 'STORE_CREDENTIALS', transient: true, harmless: true },
  PermanentRedirect: { code: 'STORE_REGION_WRONG' },
  AuthorizationHeaderMalformed: { code: 'STORE_REGION_WRONG' },
  IllegalLocationConstraintException: { code: 'STORE_REGION_WRONG' },
  InternalError: { code: 'STORE_FAILING', transient: true },
  ServiceUnavailable: { code: 'STORE_FAILING', transient: true },
  SlowDown: { code: 'STORE_FAILING', transient: true },
  RequestTimeout: { code: 'STORE_FAILING', transient: true },
  BadDigest: { code: 'STORE_ANSWER_INVALID', transient: true },
  XAmzContentSHA256Mismatch: { code: 'STORE_ANSWER_INVALID', transient: true },
  IncompleteBody: { code: 'STORE_UNREACHABLE', transient: true },
  TimeoutError: { code: 'STORE_UNREACHABLE', transient: true },
  AbortError: { code: 'STORE_UNREACHABLE' },
};

/** System errors that will not pass by waiting a moment; every other one may. */
const LASTING_ERRNOS = new Set(['ENOTFOUND', 'EPROTO', 'ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_INVALID_URL']);

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/**
 * Gives an SDK or system error its place among ours. The SDK's error is not kept: it holds the signed request. What stays are
 * its name, status, request id and, for a refusal, its sentence without key ids.
 */
export function translateError(raw: unknown, asked: Asked): Failure {
  if (raw instanceof StoreError) return { error: raw, isTransient: raw.retry !== 'never', isHarmless: false };
  const found = (typeof raw === 'object' && raw !== null ? raw : {}) as SdkError;
  const status = found.$metadata?.httpStatusCode;
  const meaning = BY_NAME[found.name ?? ''] ?? byStatus(status, found.code);
  const where = `${asked.operation} on s3://${asked.bucket}${asked.key === undefined ? '' : `/${asked.key}`}`;
  const region = found.$response?.headers?.['x-amz-bucket-region'];
  const shownName = status === undefined ? (found.code ?? found.name ?? 'unknown') : (found.name ?? 'unknown');
  return {
    isTransient: meaning.transient === true,
    isHarmless: meaning.harmless === true,
    error: new StoreError(meaning.code, {
      message: `${where} failed: ${sentence(meaning.code, shownName, status, asked.endpoint ?? null)}${region !== undefined && meaning.code === 'STORE_REGION_WRONG' ? ` The bucket is in ${region}.` : ''}`,
      details: {
        operation: asked.operation,
        bucket: asked.bucket,
        ...(asked.key === undefined ? {} : { key: asked.key }),
        awsError: shownName,
        ...(status === undefined ? {} : { httpStatus: status }),
        ...(found.$metadata?.requestId === undefined ? {} : { requestId: found.$metadata.requestId }),
        ...(region === undefined ? {} : { bucketRegion: region }),
        ...(meaning.code === 'STORE_ACCESS_DENIED' && found.message !== undefined ? { reason: withoutKeyIds(found.message) } : {}),
      },
    }),
  };
}

function byStatus(status: number | undefined, errno: string | undefined): Meaning {
  if (status === undefined) return errno !== undefined && LASTING_ERRNOS.has(errno) ? { code: 'STORE_UNREACHABLE' } : { code: 'STORE_UNREACHABLE', transient: true };
  if (status === 412) return { code: 'STORE_PRECONDITION_FAILED' };
  if (status === 404) return { code: 'STORE_NOT_FOUND' };
  if (status === 401 || status === 403) return { code: 'STORE_ACCESS_DENIED' };
  if (status === 301 || status === 307) return { code: 'STORE_REGION_WRONG' };
  if (status === 429 || (status >= 500 && status !== 501)) return { code: 'STORE_FAILING', transient: true };
  if (status >= 200 && status < 300) return { code: 'STORE_ANSWER_INVALID', transient: true };
  return { code: 'STORE_REFUSED' };
}

function sentence(code: StoreErrorCode, name: string, status: number | undefined, endpoint: string | null): string {
  const what = status === undefined ? name : `${name}, HTTP ${status}`;
  if (code === 'STORE_UNREACHABLE') return `no complete answer from ${whereTo(endpoint)} (${what}).`;
  if (code === 'STORE_BUCKET_MISSING') return `there is no such bucket (${what}).`;
  return `${what}.`;
}

/** The endpoint without what a URL may hold besides: a user and a password. */
function whereTo(endpoint: string | null): string {
  if (endpoint === null) return 'Amazon S3';
  return URL.parse(endpoint)?.origin ?? 'the endpoint';
}

/** Access key ids begin with AKIA or ASIA. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
function withoutKeyIds(message: string): string {
  return message.replaceAll(/\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g, '[key id]');
}
