import { defineErrors, errorClass } from '@tidemark/domain';

/** Codes of getting a login from AWS. */
export const AWS_LOGIN_ERRORS = defineErrors({
  AWS_LOGIN_UNKNOWN_PLACE: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'AWS knows no cluster or workgroup of this name in the region.',
    remedy: ['Correct cluster_identifier or workgroup_name, and region.'],
  },
  AWS_LOGIN_REFUSED: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'AWS refused to give a login as it was asked for.',
    remedy: ['Check username and database of the connection: a user of the database must have that name.'],
  },
  AWS_LOGIN_DENIED: {
    kind: 'auth', exit: 12, retry: 'never',
    summary: 'The AWS credentials may not get a login for the database.',
    remedy: ['Grant redshift:GetClusterCredentials on the user and the database, or redshift-serverless:GetCredentials on the workgroup.'],
  },
  AWS_LOGIN_CREDENTIALS: {
    kind: 'auth', exit: 12, retry: 'never',
    summary: 'There are no AWS credentials, or AWS does not take them.',
    remedy: ['Log in to AWS, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or a role; check the clock of this machine.'],
  },
  AWS_LOGIN_UNREACHABLE: {
    kind: 'auth', exit: 12, retry: 'later',
    summary: 'AWS gave no complete answer to the request for a login.',
    remedy: ['Check the way to AWS, a proxy for example, and run again.'],
  },
});

export type AwsLoginErrorCode = keyof typeof AWS_LOGIN_ERRORS;

/** What this library throws. Holds names, never a credential. */
export class AwsLoginError extends errorClass('AwsLoginError', AWS_LOGIN_ERRORS) {}
