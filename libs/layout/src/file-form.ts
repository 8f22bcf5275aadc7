import { createHash } from 'node:crypto';
import { parseTableName } from '@tidemark/domain';
import { LayoutError } from './errors.ts';

/** A longer form is cut and ends in a digest, so that every key stays below S3's limit. */
const MAX_FORM_LENGTH = 200;

/**
 * The file form of an exact scoped name: lower case, with `:`, `.` and `-` as `_`.
 * `SHOP_RO:sales.orders` gives `shop_ro_sales_orders`.
 *
 * The one function for object keys, watermark keys, load matching and s3clean. Not injective: documents carry the exact
 * name and refuse another. The result holds `a-z`, `0-9`, `_` and `-` only: every other byte of a name's UTF-8 is written
 * as `-` and two hex digits, and a form over 200 characters is cut and ends in `--` and 16 hex digits of the name's sha256.
 *
 * @throws LayoutError `LAYOUT_NAME_INVALID` for a name that is not `CONNECTION:schema.table`, or with control characters or lone surrogates
 */
export function fileForm(scopedName: string): string {
  // eslint-disable-next-line no-control-regex -- MySQL takes control characters in quoted names; keys and messages must not
  if (parseTableName(scopedName) === undefined || !scopedName.isWellFormed() || /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(scopedName)) {
    throw new LayoutError('LAYOUT_NAME_INVALID', {
      message: `${JSON.stringify(scopedName)} is not a table's scoped name that a key can hold: CONNECTION:schema.table without control characters.`,
      remedy: ['Name the table as CONNECTION:schema.table.'],
      details: { scopedName },
    });
  }
  const folded = scopedName.toLowerCase().replaceAll(/[:.-]/g, '_');
  const form = folded.replaceAll(/[^a-z0-9_]/gu, (character) => Array.from(Buffer.from(character), (byte) => `-${byte.toString(16).padStart(2, '0')}`).join(''));
  if (form.length <= MAX_FORM_LENGTH) return form;
  const digest = createHash('sha256').update(scopedName).digest('hex').slice(0, 16);
  return `${form.slice(0, MAX_FORM_LENGTH - digest.length - 2)}--${digest}`;
}
