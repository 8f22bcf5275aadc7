import { DdlError } from './errors.ts';

/** Longest identifier, in bytes of UTF-8; Redshift cuts longer ones. https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
export const MAX_NAME_BYTES = 127;

/** Column names that the system keeps for itself. https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['oid', 'tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

/** Redshift folds the ASCII letters of every name, quoted ones too. https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
export function foldName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * The name of a column in Redshift: folded; with `col_` before a leading digit and before a system column's name.
 * @throws DdlError `DDL_NAME_TOO_LONG`
 */
export function targetColumnName(table: string, source: string): string {
  const folded = foldName(source);
  const name = /^[0-9]/.test(folded) || SYSTEM_COLUMNS.has(folded) ? `col_${folded}` : folded;
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > MAX_NAME_BYTES) {
    throw new DdlError('DDL_NAME_TOO_LONG', { message: `Column ${source} of ${table} has ${bytes} bytes in its Redshift name; ${MAX_NAME_BYTES} are kept.`, details: { table, column: source, bytes } });
  }
  return name;
}

/**
 * Names in Redshift by source name, in the given order.
 * @throws DdlError `DDL_NAME_TOO_LONG`, `DDL_NAME_COLLISION`
 */
export function targetColumnNames(table: string, sources: readonly string[]): ReadonlyMap<string, string> {
  const sourceOf = new Map<string, string>();
  for (const source of sources) {
    const name = targetColumnName(table, source);
    const other = sourceOf.get(name);
    if (other !== undefined) {
      throw new DdlError('DDL_NAME_COLLISION', { message: `Columns ${other} and ${source} of ${table} would both be ${name} in Redshift.`, details: { table, columns: [other, source], name } });
    }
    sourceOf.set(name, source);
  }
  return new Map([...sourceOf].map(([name, source]) => [source, name]));
}
