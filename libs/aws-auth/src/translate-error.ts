import { AwsLoginError, type AwsLoginErrorCode } from './errors.ts';

/**
 * Names of https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html,
 * https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_GetCredentials.html and the errors common to all APIs.
 */
const BY_NAME: Readonly<Record<string, AwsLoginErrorCode>> = {
  ClusterNotFound: 'AWS_LOGIN_UNKNOWN_PLACE',
  ClusterNotFoundFault: 'AWS_LOGIN_UNKNOWN_PLACE',
  ResourceNotFoundException: 'AWS_LOGIN_UNKNOWN_PLACE',
  UnsupportedOperation: 'AWS_LOGIN_REFUSED',
  UnsupportedOperationFault: 'AWS_LOGIN_REFUSED',
  ValidationException: 'AWS_LOGIN_REFUSED',
  ValidationError: 'AWS_LOGIN_REFUSED',
  AccessDenied: 'AWS_LOGIN_DENIED',
  AccessDeniedException: 'AWS_LOGIN_DENIED',
  UnauthorizedOperation: 'AWS_LOGIN_DENIED',
  UnrecognizedClientException: 'AWS_LOGIN_CREDENTIALS',
  InvalidClientTokenId: 'AWS_LOGIN_CREDENTIALS',
  InvalidSignatureException: 'AWS_LOGIN_CREDENTIALS',
  SignatureDoesNotMatch: 'AWS_LOGIN_CREDENTIALS',
  ExpiredToken: 'AWS_LOGIN_CREDENTIALS',
  ExpiredTokenException: 'AWS_LOGIN_CREDENTIALS',
  IncompleteSignature: 'AWS_LOGIN_CREDENTIALS',
  MissingAuthenticationToken: 'AWS_LOGIN_CREDENTIALS',
  MissingAuthenticationTokenException: 'AWS_LOGIN_CREDENTIALS',
  CredentialsProviderError: 'AWS_LOGIN_CREDENTIALS',
};

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** An SDK error as ours. The SDK's error is not kept: it may hold the answer, which holds the password. */
export function translateError(raw: unknown, wanted: string, details: Readonly<Record<string, string>>): AwsLoginError {
  const found = (typeof raw === 'object' && raw !== null ? raw : {}) as SdkError;
  const status = found.$metadata?.httpStatusCode;
  const isOurs = status !== undefined && status >= 400 && status < 500 && status !== 429;
  const code = BY_NAME[found.name ?? ''] ?? (status === 403 ? 'AWS_LOGIN_DENIED' : isOurs ? 'AWS_LOGIN_REFUSED' : 'AWS_LOGIN_UNREACHABLE');
  const awsError = status === undefined ? (found.code ?? found.name ?? 'unknown') : (found.name ?? 'unknown');
  return new AwsLoginError(code, {
    message: `AWS gave no login for ${wanted}: ${awsError}${status === undefined ? '' : `, HTTP ${status}`}.`,
    details: { ...details, awsError, ...(status === undefined ? {} : { httpStatus: status }), ...(found.$metadata?.requestId === undefined ? {} : { requestId: found.$metadata.requestId }) },
  });
}
