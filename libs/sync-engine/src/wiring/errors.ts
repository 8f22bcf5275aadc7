import { defineErrors, errorClass } from '@tidemark/domain';

export const WIRING_ERRORS = defineErrors({
  AUTH_PACKAGE_MISSING: {
    kind: 'config', exit: 10, retry: 'never', summary: 'The package that gets logins from AWS is not installed.',
    remedy: ['Install @tidemark/aws-auth beside Tidemark, or set auth: password.'],
  },
  COPY_AUTHORIZATION_MISSING: {
    kind: 'config', exit: 10, retry: 'never', summary: 'Neither an IAM role nor keys are configured for COPY.',
    remedy: ['Set iam_role of the target to a role that may read the bucket, or give the S3 configuration access_key_id and secret_access_key.'],
  },
  SECRETS_PACKAGE_MISSING: {
    kind: 'config', exit: 10, retry: 'never', summary: 'The configuration refers to secrets in AWS, and the package that reads them is not installed.',
    remedy: ['Install @tidemark/secrets-aws beside Tidemark, or hand the secret over in a variable or a file.'],
  },
});

/** Errors of putting a pipeline together. */
export class WiringError extends errorClass('WiringError', WIRING_ERRORS) {}
