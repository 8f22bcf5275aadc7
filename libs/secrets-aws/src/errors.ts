import { defineErrors, errorClass } from '@tidemark/domain';

/** Codes of reading secrets from AWS. */
export const SECRET_ERRORS = defineErrors({
  SECRET_NOT_FOUND: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'The store has no secret or parameter of this name.',
    remedy: ['Correct the name after aws-sm: or aws-ssm:, or name the region: with an ARN, or in AWS_REGION.'],
  },
  SECRET_FORM: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A secret was read, and is not the text that the reference asks for.',
    remedy: ['Write # and a key after the name of a secret that holds JSON, and none after one that holds plain text.'],
  },
  SECRET_REGION_MISSING: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'No AWS region is known for a secret.',
    remedy: ['Set AWS_REGION, or write the ARN of the secret.'],
  },
  SECRET_REFUSED: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'AWS refused to read a secret as it is asked for.',
    remedy: ['Look at the secret in the AWS console: it may be about to be deleted, or have no current version.'],
  },
  SECRET_DENIED: {
    kind: 'auth', exit: 12, retry: 'never',
    summary: 'The AWS credentials may not read a secret.',
    remedy: ['Grant secretsmanager:GetSecretValue or ssm:GetParameter on it, and kms:Decrypt on its key.'],
  },
  SECRET_CREDENTIALS: {
    kind: 'auth', exit: 12, retry: 'never',
    summary: 'There are no AWS credentials, or AWS does not take them.',
    remedy: ['Log in to AWS, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or a role; check the clock of this machine.'],
  },
  SECRET_STORE_UNREACHABLE: {
    kind: 'auth', exit: 12, retry: 'later',
    summary: 'The store of a secret gave no complete answer.',
    remedy: ['Check the way to AWS, a proxy for example, and run again.'],
  },
});

export type SecretErrorCode = keyof typeof SECRET_ERRORS;

/** What this library throws. Holds names and places, never a secret. */
export class SecretError extends errorClass('SecretError', SECRET_ERRORS) {}
