import { defineErrors, errorClass } from '@tidemark/domain';

export const WIRING_ERRORS = defineErrors({
  COPY_AUTHORIZATION_MISSING: {
    kind: 'config', exit: 10, retry: 'never', summary: 'Neither an IAM role nor keys are configured for COPY.',
    remedy: ['Set iam_role of the target to a role that may read the bucket, or give the S3 configuration access_key_id and secret_access_key.'],
  },
});

/** Errors of putting a pipeline together. */
export class WiringError extends errorClass('WiringError', WIRING_ERRORS) {}
