import { randomBytes } from 'node:crypto';

/** Makes an id of the form S3 uses: 16 capital letters and digits. */
export function newRequestId(): string {
  return randomBytes(8).toString('hex').toUpperCase();
}

/** Makes an `x-amz-id-2`. */
export function newHostId(): string {
  return randomBytes(48).toString('base64');
}
