import type { StagedColumn, TableKeys } from '@tidemark/domain';
import { AUTO_KEYS } from '../keys/auto-keys.ts';
import { quoteIdentifier, quoteTable } from './quote-identifier.ts';
import { redshiftTypeSql, targetType } from './redshift-type-sql.ts';
import { encodeSql, tableKeysSql } from './table-keys-sql.ts';

export interface CreateTableOptions {
  /** Names of the columns that are declared NOT NULL. */
  readonly keys: readonly string[];
  /** Distribution, order and encodings; Redshift chooses without them. */
  readonly tableKeys?: TableKeys | undefined;
  /** A table that keeps history has columns of our own: its surrogate key stands first, the others last. */
  readonly history?: { readonly key: string; readonly columns: readonly StagedColumn[]; readonly required: readonly string[] };
}

/**
 * DDL of a target table. Only keys are NOT NULL: a policy may turn any other value into NULL.
 * No PRIMARY KEY is declared: Redshift does not enforce one, yet its planner trusts it.
 * https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html
 */
export function createTableSql(table: { readonly schema: string; readonly table: string }, columns: readonly StagedColumn[], { keys, tableKeys = AUTO_KEYS, history }: CreateTableOptions): string {
  const required = new Set([...keys, ...(history?.required ?? [])]);
  const lines = [...columns, ...(history?.columns ?? [])].map((column) => `  ${quoteIdentifier(column.name)} ${redshiftTypeSql(targetType(column))}${encodeSql(tableKeys, column.name)}${required.has(column.name) ? ' NOT NULL' : ''}`);
  // Unique, with gaps and in no order. https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
  if (history !== undefined) lines.unshift(`  ${quoteIdentifier(history.key)} BIGINT IDENTITY(1,1)`);
  return `CREATE TABLE ${quoteTable(table)} (\n${lines.join(',\n')}\n)${tableKeysSql(tableKeys)}`;
}

/** DDL of a session's own staging table with exactly the columns of the files, all nullable. */
export function stagingTableSql(name: string, columns: readonly StagedColumn[]): string {
  const lines = columns.map((column) => `  ${quoteIdentifier(column.name)} ${redshiftTypeSql(column.redshift)}`);
  return `CREATE TEMP TABLE ${quoteIdentifier(name)} (\n${lines.join(',\n')}\n)`;
}
