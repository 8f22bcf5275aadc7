import { DdlError } from './errors.ts';

/** Longest identifier, in bytes of UTF-8; Redshift cuts longer ones. https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
export const MAX_NAME_BYTES = 127;

/** Column names that the system keeps for itself. https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['oid', 'tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

/** Redshift folds the ASCII letters of every name, quoted ones too. https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
export function foldName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Where names come from that no rule makes. By source name. */
export interface GivenNames {
  /** What the configuration says. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** The names that the table's batches have had so far: a column keeps its name, whatever the rule says now. */
  readonly stored?: Readonly<Record<string, string>>;
}

/** The name that the rule makes: folded; with `col_` before a leading digit and before a system column's name. */
function ruledName(source: string): string {
  const folded = foldName(source);
  return /^[0-9]/.test(folded) || SYSTEM_COLUMNS.has(folded) ? `col_${folded}` : folded;
}

/**
 * The name of a column in Redshift: as the configuration renames it, else as it was, else by rule.
 * @throws DdlError `DDL_NAME_TOO_LONG`, `DDL_NAME_INVALID`
 */
export function targetColumnName(table: string, source: string, { renamed = {}, stored = {} }: GivenNames = {}): string {
  const given = Object.hasOwn(renamed, source) ? renamed[source]! : null;
  const name = given !== null ? foldName(given) : Object.hasOwn(stored, source) ? stored[source]! : ruledName(source);
  if (given !== null && SYSTEM_COLUMNS.has(name)) {
    throw new DdlError('DDL_NAME_INVALID', { message: `columns.rename names column ${source} of ${table} ${given}, which Redshift keeps for itself.`, details: { table, column: source, name: given } });
  }
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > MAX_NAME_BYTES) {
    throw new DdlError('DDL_NAME_TOO_LONG', { message: `Column ${source} of ${table} has ${bytes} bytes in its Redshift name; ${MAX_NAME_BYTES} are kept.`, details: { table, column: source, bytes } });
  }
  return name;
}

/**
 * Names in Redshift by source name, in the given order.
 * @throws DdlError `DDL_NAME_TOO_LONG`, `DDL_NAME_COLLISION`, `DDL_NAME_INVALID`
 */
export function targetColumnNames(table: string, sources: readonly string[], given: GivenNames = {}): ReadonlyMap<string, string> {
  const sourceOf = new Map<string, string>();
  for (const source of sources) {
    const name = targetColumnName(table, source, given);
    const other = sourceOf.get(name);
    if (other !== undefined) {
      throw new DdlError('DDL_NAME_COLLISION', { message: `Columns ${other} and ${source} of ${table} would both be ${name} in Redshift.`, details: { table, columns: [other, source], name } });
    }
    sourceOf.set(name, source);
  }
  return new Map([...sourceOf].map(([name, source]) => [source, name]));
}
