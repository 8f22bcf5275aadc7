import { StoreError } from './errors.ts';

/** Text of an object's bytes, which must be UTF-8. */
export function decodeText(bucket: string, key: string, body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new StoreError('STORE_ANSWER_INVALID', { message: `s3://${bucket}/${key} is not text in UTF-8.`, remedy: ['Read the object as bytes, or restore it from its bucket version.'], details: { bucket, key }, cause });
  }
}
