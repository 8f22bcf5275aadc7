export { createAwsSecretSource, type AwsSecretSettings } from './aws-secret-source.ts';
export { SECRET_ERRORS, SecretError, type SecretErrorCode } from './errors.ts';
