import { StoreError } from './errors.ts';

/** S3 lists keys in the order of their UTF-8 bytes, which differs from JavaScript's order of strings beyond U+FFFF. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A prefix that ends at a folder's end: `orders` would also name `orders_archive/`. */
export function listingPrefix(prefix: string): string {
  if (prefix === '' || prefix.endsWith('/')) return prefix;
  throw new StoreError('STORE_PREFIX_INVALID', { message: `A listing prefix must end in "/": ${JSON.stringify(prefix)}.`, details: { prefix } });
}
