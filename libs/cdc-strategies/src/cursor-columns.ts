import type { SourceColumn, SourceTable } from '@tidemark/domain';
import { cursorTypeOf, INTEGER_TYPES, KEY_TYPES, TIMESTAMP_TYPES } from './cursor-type.ts';
import { CdcError } from './errors.ts';
import type { TimestampFormat } from './ticks.ts';

/** What the configuration says about a table's cursor; null means: find it. */
export interface CursorSettings {
  readonly timestampColumn: string | null;
  readonly idColumn: string | null;
  /** How the timestamp column counts time. */
  readonly timestampFormat: TimestampFormat;
}

/** The columns of a `(timestamp, id)` cursor. */
export interface HybridCursor {
  readonly timestamp: SourceColumn;
  /** Unique together: the id, followed by the primary key where the id alone is not unique. */
  readonly tieBreakers: readonly SourceColumn[];
  /** Primary-key columns that a first load can page by; null when one of them cannot be paged by. */
  readonly pages: readonly SourceColumn[] | null;
}

/** Names that are taken for the cursor when nothing else tells, in this order. */
const USUAL_NAMES = ['updated_at', 'update_at', 'modified_time', 'modified_at'];

/**
 * Finds and checks the cursor of a table.
 *
 * @throws CdcError `CDC_CURSOR_MISSING`, `CDC_CURSOR_TYPE`, `CDC_NO_CURSOR`, `CDC_NO_KEY`
 */
export function hybridCursor(table: SourceTable, settings: CursorSettings): HybridCursor {
  const timestamp = timestampColumn(table, settings);
  const primaryKey = table.primaryKey.map((name) => columnOf(table, name, 'primary key'));
  const id = settings.idColumn === null ? null : columnOf(table, settings.idColumn, 'cdc_id_column');
  const tieBreakers = [...(id === null ? [] : [id])];
  if (id === null || !isUnique(table, id)) tieBreakers.push(...primaryKey.filter((column) => column.name !== id?.name));
  if (tieBreakers.length === 0 || (primaryKey.length === 0 && !isUnique(table, tieBreakers[0]!))) {
    throw new CdcError('CDC_NO_KEY', {
      message: `${nameOf(table)} has no primary key${id === null ? '' : `, and ${id.name} is not unique and NOT NULL`}: rows that share a timestamp could not be told apart.`,
      details: { table: nameOf(table), idColumn: id?.name ?? null },
    });
  }
  for (const column of tieBreakers) requireKeyType(table, column);
  return { timestamp, tieBreakers, pages: pageColumns(table) };
}

/** Columns of the primary key when the table can be read in pages of it; else null. */
export function pageColumns(table: SourceTable): readonly SourceColumn[] | null {
  const primaryKey = table.primaryKey.map((name) => columnOf(table, name, 'primary key'));
  return primaryKey.length > 0 && primaryKey.every((column) => cursorTypeOf(column) !== undefined) ? primaryKey : null;
}

/**
 * The columns of an id: the configured one, or the primary key of one column; the primary key follows where the id alone is not unique.
 * @throws CdcError `CDC_CURSOR_MISSING`, `CDC_CURSOR_TYPE`, `CDC_NO_KEY`
 */
export function idColumns(table: SourceTable, configured: string | null): readonly SourceColumn[] {
  const primaryKey = table.primaryKey.map((name) => columnOf(table, name, 'primary key'));
  if (configured === null && primaryKey.length !== 1) {
    throw new CdcError('CDC_NO_KEY', {
      message: `${nameOf(table)} ${primaryKey.length === 0 ? 'has no primary key' : `has a primary key of the columns ${table.primaryKey.join(', ')}`}: name the column that grows with each new row with cdc_id_column.`,
      details: { table: nameOf(table), primaryKey: table.primaryKey },
    });
  }
  const id = configured === null ? primaryKey[0]! : columnOf(table, configured, 'cdc_id_column');
  const isAlone = isUnique(table, id);
  if (!isAlone && primaryKey.length === 0) throw new CdcError('CDC_NO_KEY', { message: `${nameOf(table)} has no primary key, and ${id.name} is not unique and NOT NULL: rows that share it could not be told apart.`, details: { table: nameOf(table), idColumn: id.name } });
  const columns = isAlone ? [id] : [id, ...primaryKey.filter((column) => column.name !== id.name)];
  for (const column of columns) requireKeyType(table, column);
  return columns;
}

/**
 * The column that tells when a row was changed last.
 * @throws CdcError `CDC_CURSOR_MISSING`, `CDC_CURSOR_TYPE`, `CDC_NO_CURSOR`
 */
export function timestampColumn(table: SourceTable, { timestampColumn: configured, timestampFormat }: Pick<CursorSettings, 'timestampColumn' | 'timestampFormat'>): SourceColumn {
  const allowed = timestampFormat === 'datetime' ? TIMESTAMP_TYPES : INTEGER_TYPES;
  const times = table.columns.filter((column) => allowed.includes(column.dataType));
  const candidates = times.length === 0 ? `The table has no column of the types ${allowed.join(', ')}.` : `Its columns of the types ${allowed.join(', ')} are: ${times.map((column) => column.name).join(', ')}.`;
  if (configured !== null) {
    const column = columnOf(table, configured, 'cdc_timestamp_column');
    if (allowed.includes(column.dataType)) return column;
    throw new CdcError('CDC_CURSOR_TYPE', {
      message: `cdc_timestamp_column of ${nameOf(table)} is ${column.name} of type ${column.columnType}; with timestamp_format ${timestampFormat} allowed are ${allowed.join(', ')}. ${candidates}`,
      details: { table: nameOf(table), column: column.name, found: column.columnType, allowed },
    });
  }
  const touched = times.filter((column) => column.extra.includes('on update current_timestamp'));
  if (touched.length === 1) return touched[0]!;
  const usual = times.filter((column) => USUAL_NAMES.includes(column.name.toLowerCase()));
  if (usual.length === 1) return usual[0]!;
  throw new CdcError('CDC_NO_CURSOR', { message: `${nameOf(table)}: no single column tells when a row was changed last. ${candidates}`, details: { table: nameOf(table), candidates: times.map((column) => column.name) } });
}

function columnOf(table: SourceTable, name: string, key: string): SourceColumn {
  const column = table.columns.find((candidate) => candidate.name === name) ?? table.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (column !== undefined) return column;
  throw new CdcError('CDC_CURSOR_MISSING', {
    message: `${key} of ${nameOf(table)} is ${name}, which the table does not have. Its columns are: ${table.columns.map((candidate) => candidate.name).join(', ')}.`,
    details: { table: nameOf(table), key, found: name },
  });
}

function isUnique(table: SourceTable, column: SourceColumn): boolean {
  if (table.primaryKey.length === 1 && table.primaryKey[0] === column.name) return true;
  return !column.isNullable && table.indexes.some((index) => index.isUnique && index.columns.length === 1 && index.columns[0] === column.name);
}

function requireKeyType(table: SourceTable, column: SourceColumn): void {
  if (cursorTypeOf(column) !== undefined && !column.isNullable) return;
  throw new CdcError('CDC_CURSOR_TYPE', {
    message: `${nameOf(table)} would be read in the order of ${column.name} of type ${column.columnType}${column.isNullable ? ', which may be NULL' : ''}; allowed are NOT NULL columns of the types ${Object.keys(KEY_TYPES).join(', ')}.`,
    details: { table: nameOf(table), column: column.name, found: column.columnType, isNullable: column.isNullable, allowed: Object.keys(KEY_TYPES) },
  });
}

function nameOf(table: SourceTable): string {
  return `${table.schema}.${table.table}`;
}
