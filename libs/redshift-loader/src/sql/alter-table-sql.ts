import { quoteIdentifier, quoteTable, redshiftTypeSql, tableKeysSql } from '@tidemark/ddl-optimizer';
import type { RedshiftType, TableKeys } from '@tidemark/domain';
import { existingTypeText, type ExistingColumn } from '../table/existing-column.ts';
import type { RebuiltColumn, TableStep } from '../table/plan-table-change.ts';

type Table = { readonly schema: string; readonly table: string };

/**
 * One step as one statement: ALTER TABLE takes one action, and adds one column. A constant comes from constantDefault, which makes
 * literals only. https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
 */
export function tableStepSql(table: Table, step: TableStep): string {
  const alter = `ALTER TABLE ${quoteTable(table)}`;
  switch (step.kind) {
    case 'rename': return `${alter} RENAME COLUMN ${quoteIdentifier(step.from)} TO ${quoteIdentifier(step.to)}`;
    case 'widen': return `${alter} ALTER COLUMN ${quoteIdentifier(step.column)} TYPE VARCHAR(${step.bytes})`;
    case 'add': return `${alter} ADD COLUMN ${quoteIdentifier(step.column)} ${redshiftTypeSql(step.type)}${step.constant === null ? '' : ` DEFAULT ${step.constant}`}`;
  }
}

/** The type of an existing column as DDL. */
const typeSql = (type: RedshiftType | null, from: ExistingColumn | null): string => (type === null ? existingTypeText(from!) : redshiftTypeSql(type));

/** The table that takes another one's place: same columns with some types changed, defaults and NOT NULL kept, new columns last. */
export function createRebuiltSql(table: Table, columns: readonly RebuiltColumn[], keys: TableKeys): string {
  const lines = columns.map(({ name, type, from, constant }) => {
    const fallback = from === null ? constant : from.defaultSql;
    return `  ${quoteIdentifier(name)} ${typeSql(type, from)}${fallback === null ? '' : ` DEFAULT ${fallback}`}${from !== null && !from.isNullable ? ' NOT NULL' : ''}`;
  });
  return `CREATE TABLE ${quoteTable(table)} (\n${lines.join(',\n')}\n)${tableKeysSql(keys)}`;
}

/** Every row of a table into the one that takes its place. New columns are left out: their default fills them. */
export function fillRebuiltSql(from: Table, into: Table, columns: readonly RebuiltColumn[]): string {
  const kept = columns.flatMap((column) => (column.from === null ? [] : [{ ...column, from: column.from }]));
  const values = kept.map(({ type, from: { name } }) => (type === null ? quoteIdentifier(name) : `CAST(${quoteIdentifier(name)} AS ${redshiftTypeSql(type)})`));
  return `INSERT INTO ${quoteTable(into)} (${kept.map(({ name }) => quoteIdentifier(name)).join(', ')}) SELECT ${values.join(', ')} FROM ${quoteTable(from)}`;
}

export function lockTableSql(table: Table): string {
  return `LOCK TABLE ${quoteTable(table)}`;
}

export function countRowsSql(table: Table): string {
  return `SELECT COUNT(*) AS row_count FROM ${quoteTable(table)}`;
}

/** The new name stays in the schema. */
export function renameTableSql(table: Table, to: string): string {
  return `ALTER TABLE ${quoteTable(table)} RENAME TO ${quoteIdentifier(to)}`;
}

export function ownTableSql(table: Table, owner: string): string {
  return `ALTER TABLE ${quoteTable(table)} OWNER TO ${quoteIdentifier(owner)}`;
}

/** RESTRICT: a view that is bound to the table stops it. */
export function dropTableSql(table: Table): string {
  return `DROP TABLE ${quoteTable(table)}`;
}

/** The ledger's batches went into the table that has taken the other's place. */
export function moveLedgerSql(ledger: Table, epoch: number, from: string, to: string): { readonly text: string; readonly values: readonly unknown[] } {
  return { text: `UPDATE ${quoteTable(ledger)} SET "target_oid" = $1::VARCHAR(20) WHERE "kind" = 'batch' AND "epoch" = $2::BIGINT AND "target_oid" = $3::VARCHAR(20)`, values: [to, epoch, from] };
}
