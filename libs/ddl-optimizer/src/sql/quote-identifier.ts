import { DdlError } from '../errors.ts';
import { MAX_NAME_BYTES } from '../target-name.ts';

/**
 * A delimited identifier. https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
 * @throws DdlError `DDL_NAME_INVALID`, `DDL_NAME_TOO_LONG`
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) throw new DdlError('DDL_NAME_INVALID', { message: `${JSON.stringify(name)} cannot be a name in Redshift.` });
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > MAX_NAME_BYTES) {
    throw new DdlError('DDL_NAME_TOO_LONG', { message: `The name ${name} has ${bytes} bytes; Redshift keeps ${MAX_NAME_BYTES}.`, details: { name, bytes } });
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * `"schema"."table"`.
 * @throws DdlError `DDL_NAME_INVALID`, `DDL_NAME_TOO_LONG`
 */
export function quoteTable(table: { readonly schema: string; readonly table: string }): string {
  // A name that begins with # is a temporary table's, quoted too. https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
  if (table.table.startsWith('#')) throw new DdlError('DDL_NAME_INVALID', { message: `A table named ${table.table} would be a temporary one in Redshift.`, details: { ...table } });
  return `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.table)}`;
}
