import type { SecretReference } from '@tidemark/config';
import { SecretError, type SecretErrorCode } from './errors.ts';

/**
 * Names of https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html,
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html and the errors common to both.
 */
const BY_NAME: Readonly<Record<string, SecretErrorCode>> = {
  ResourceNotFoundException: 'SECRET_NOT_FOUND',
  ParameterNotFound: 'SECRET_NOT_FOUND',
  ParameterVersionNotFound: 'SECRET_NOT_FOUND',
  InvalidRequestException: 'SECRET_REFUSED',
  InvalidParameterException: 'SECRET_REFUSED',
  ValidationException: 'SECRET_REFUSED',
  AccessDeniedException: 'SECRET_DENIED',
  AccessDenied: 'SECRET_DENIED',
  DecryptionFailure: 'SECRET_DENIED',
  InvalidKeyId: 'SECRET_DENIED',
  UnrecognizedClientException: 'SECRET_CREDENTIALS',
  InvalidClientTokenId: 'SECRET_CREDENTIALS',
  InvalidSignatureException: 'SECRET_CREDENTIALS',
  SignatureDoesNotMatch: 'SECRET_CREDENTIALS',
  ExpiredTokenException: 'SECRET_CREDENTIALS',
  IncompleteSignature: 'SECRET_CREDENTIALS',
  MissingAuthenticationToken: 'SECRET_CREDENTIALS',
  MissingAuthenticationTokenException: 'SECRET_CREDENTIALS',
  CredentialsProviderError: 'SECRET_CREDENTIALS',
};

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** An SDK error as ours. The SDK's error is not kept: it may hold the answer, which holds the secret. */
export function translateError(raw: unknown, reference: SecretReference): SecretError {
  if (raw instanceof SecretError) return raw;
  const found = (typeof raw === 'object' && raw !== null ? raw : {}) as SdkError;
  const status = found.$metadata?.httpStatusCode;
  const code = BY_NAME[found.name ?? ''] ?? (status === 403 ? 'SECRET_DENIED' : status !== undefined && status >= 400 && status < 500 && status !== 429 ? 'SECRET_REFUSED' : 'SECRET_STORE_UNREACHABLE');
  const awsError = status === undefined ? (found.code ?? found.name ?? 'unknown') : (found.name ?? 'unknown');
  return new SecretError(code, {
    message: `${reference.scheme}:${reference.name} cannot be read for ${reference.place}: ${awsError}${status === undefined ? '' : `, HTTP ${status}`}`,
    details: { reference, awsError, ...(status === undefined ? {} : { httpStatus: status }), ...(found.$metadata?.requestId === undefined ? {} : { requestId: found.$metadata.requestId }) },
  });
}
