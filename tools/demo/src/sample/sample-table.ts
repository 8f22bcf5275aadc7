import type { ComparedColumn } from '../comparison/compared-table.ts';

/** A column of the sample source: how it is made, filled and compared. */
export interface SampleColumn extends ComparedColumn {
  /** Type as CREATE TABLE takes it. */
  readonly ddl: string;
  /** SQL of its value in the row number `seq`; undefined for a column that computes its own value. */
  readonly value: string | undefined;
}

/** A table with the keys that every table of the sample source has: `id`, and `updated_at` which each change moves on. */
export interface SampleTable {
  readonly name: string;
  readonly columns: readonly SampleColumn[];
}

/** A column with its value, compared in the given way. */
export function sampleColumn(compared: ComparedColumn, ddl: string, value: string | undefined): SampleColumn {
  return { ...compared, ddl, value };
}

/** CREATE TABLE without the index of the cursor, which is made faster after the rows. */
export function createTableSql({ name, columns }: SampleTable): string {
  return `CREATE TABLE ${name} (${columns.map((column) => `${column.name} ${column.ddl}`).join(', ')}, PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4`;
}

export function indexCursorSql({ name }: SampleTable): string {
  return `ALTER TABLE ${name} ADD KEY by_change (updated_at, id)`;
}

/** INSERT of the rows `from` to `to`, both included, with the times of the past that the table's definition gives. */
export function insertPastSql(table: SampleTable, from: number, to: number): string {
  return insertSql(table, from, to, () => true);
}

/** INSERT of the rows `from` to `to`, both included, changed now. */
export function insertNowSql(table: SampleTable, from: number, to: number): string {
  return insertSql(table, from, to, (column) => column.name !== 'updated_at');
}

function insertSql({ name, columns }: SampleTable, from: number, to: number, isWanted: (column: SampleColumn) => boolean): string {
  const written = columns.filter((column) => column.value !== undefined && isWanted(column));
  return `INSERT INTO ${name} (${written.map((column) => column.name).join(', ')}) SELECT ${written.map((column) => column.value).join(', ')} FROM seq_${from}_to_${to}`;
}
