import type { SourceColumn, SourceTable } from '@tidemark/domain';
import { DdlError } from './errors.ts';

export interface ColumnSelection {
  /** Source names; null selects every column. */
  readonly include: readonly string[] | null;
  /** Source names; wins over `include`. */
  readonly exclude: readonly string[];
}

/** The column that MySQL means by a name: its column names ignore case. */
function findColumn(source: SourceTable, name: string): SourceColumn | undefined {
  return source.columns.find((column) => column.name === name) ?? source.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
}

/** @throws DdlError `DDL_COLUMN_UNKNOWN` */
export function columnNamed(source: SourceTable, name: string, role: string): SourceColumn {
  const found = findColumn(source, name);
  if (found !== undefined) return found;
  throw new DdlError('DDL_COLUMN_UNKNOWN', {
    message: `${source.schema}.${source.table} has no column ${name}, which is named as ${role}. It has ${source.columns.map((column) => column.name).join(', ')}.`,
    details: { table: `${source.schema}.${source.table}`, column: name, role },
  });
}

/**
 * The selected columns in table order.
 * @throws DdlError `DDL_COLUMN_UNKNOWN`, `DDL_COLUMN_COUNT`
 */
export function selectColumns(source: SourceTable, selection: ColumnSelection): readonly SourceColumn[] {
  const included = selection.include === null ? null : new Set(selection.include.map((name) => columnNamed(source, name, 'columns.include')));
  const excluded = new Set(selection.exclude.map((name) => columnNamed(source, name, 'columns.exclude')));
  const selected = source.columns.filter((column) => (included === null || included.has(column)) && !excluded.has(column)).toSorted((a, b) => a.ordinal - b.ordinal);
  if (selected.length === 0 || selected.length > 1600) {
    throw new DdlError('DDL_COLUMN_COUNT', {
      message: `${selected.length} columns of ${source.schema}.${source.table} are selected; a Redshift table has 1 to 1600.`,
      details: { table: `${source.schema}.${source.table}`, selected: selected.length },
    });
  }
  return selected;
}
