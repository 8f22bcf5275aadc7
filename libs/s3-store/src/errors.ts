import { defineErrors, errorClass } from '@tidemark/domain';

/** Codes of the object store. */
export const STORE_ERRORS = defineErrors({
  STORE_BUCKET_MISSING: {
    kind: 'store', exit: 14, retry: 'never',
    summary: 'The bucket does not exist.',
    remedy: ['Check bucket_name, region and endpoint of the S3 configuration.', 'Create the bucket if it is new; nothing creates it here.'],
  },
  STORE_REGION_WRONG: {
    kind: 'store', exit: 14, retry: 'never',
    summary: 'The bucket lies in another region.',
    remedy: ['Set region of the S3 configuration to the region of the bucket.'],
  },
  STORE_ACCESS_DENIED: {
    kind: 'auth', exit: 12, retry: 'never',
    summary: 'The credentials may not do this.',
    remedy: ['Grant s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its objects.', 'Look for a bucket policy or a KMS key that refuses.', 'Without s3:ListBucket, S3 answers "denied" for objects that do not exist.'],
  },
  STORE_CREDENTIALS: {
    kind: 'auth', exit: 12, retry: 'never',
    summary: 'The credentials are missing, wrong or expired.',
    remedy: ['Check access_key_id and secret_access_key of the S3 configuration, or the AWS credential chain.', 'Renew the session if it has expired; check this machine\'s clock.'],
  },
  STORE_UNREACHABLE: {
    kind: 'store', exit: 14, retry: 'later',
    summary: 'The store did not answer, or its answer broke off.',
    remedy: ['Check endpoint, region, network and proxy.', 'Run again; what was written stays.'],
  },
  STORE_FAILING: {
    kind: 'store', exit: 14, retry: 'later',
    summary: 'The store answered that it cannot work now.',
    remedy: ['Run again later; what was written stays.', 'If the store asks to slow down, run fewer tables at once.'],
  },
  STORE_REFUSED: {
    kind: 'store', exit: 14, retry: 'never',
    summary: 'The store refused a request.',
    remedy: ['See the AWS error name in the details.'],
  },
  STORE_ANSWER_INVALID: {
    kind: 'store', exit: 14, retry: 'later',
    summary: 'An answer of the store is damaged or contradicts itself.',
    remedy: ['Run again.', 'If it stays, the endpoint does not keep to the S3 protocol: use another.'],
  },
  STORE_NOT_FOUND: {
    kind: 'store', exit: 14, retry: 'never',
    summary: 'The object does not exist.',
    remedy: ['Read the state again: somebody removed the object.'],
  },
  STORE_PRECONDITION_FAILED: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The object is not in the version that the write was based on.',
    remedy: ['Read the object and decide again.'],
  },
  STORE_CONDITIONAL_UNSUPPORTED: {
    kind: 'store', exit: 14, retry: 'never',
    summary: 'The store does not honour conditional writes.',
    remedy: ['Use Amazon S3, or a store that honours If-None-Match and If-Match on PutObject.', 'Check that no proxy removes these headers.'],
  },
  STORE_DELETE_INCOMPLETE: {
    kind: 'store', exit: 14, retry: 'later',
    summary: 'Some objects could not be deleted.',
    remedy: ['See the keys and reasons in the details; grant s3:DeleteObject where it is missing, then run again.'],
  },
  STORE_PREFIX_INVALID: {
    kind: 'internal', exit: 70, retry: 'never',
    summary: 'A listing was asked for with a prefix that does not end in a slash.',
    remedy: ['End the prefix in "/".'],
  },
  STORE_UPLOAD_MISUSED: {
    kind: 'internal', exit: 70, retry: 'never',
    summary: 'An upload was used after its end, or holds more than S3 takes.',
    remedy: ['Open a new upload; write smaller objects.'],
  },
});

/** Errors of this library. */
export class StoreError extends errorClass('StoreError', STORE_ERRORS) {}

export type StoreErrorCode = keyof typeof STORE_ERRORS;
