import type { LoadMode } from '@tidemark/domain';
import { quoteTable } from '@tidemark/ddl-optimizer';
import { ledgerTable } from '../ledger/ledger-table.ts';
import type { TargetTable } from '../ports.ts';
import type { ExistingTables } from './grant-sql.ts';
import type { Statement } from './statement.ts';

/** What each mode does to a table that is there. */
const TABLE_RIGHTS: Readonly<Record<LoadMode, readonly string[]>> = {
  append: ['select', 'insert'],
  merge: ['select', 'insert', 'delete'],
  replace: ['select', 'insert', 'delete'],
  scd2: ['select', 'insert', 'update'],
};
const LEDGER_RIGHTS = ['select', 'insert'] as const;

/**
 * One row of booleans: what the user of the session may do of that which a load needs. One right per call, as the documentation has it.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_HAS_SCHEMA_PRIVILEGE.html, r_HAS_TABLE_PRIVILEGE.html, r_HAS_DATABASE_PRIVILEGE.html
 *
 * @param keepsColumns a merge will leave columns of matched rows as they are: native MERGE, which takes UPDATE
 */
export function rightsSql(target: TargetTable, mode: LoadMode, existing: ExistingTables, keepsColumns = false): Statement {
  const values: string[] = [];
  const bind = (value: string): string => `$${values.push(value)}`;
  const onSchema = (schema: string, as: string): string[] => ['usage', 'create'].map((right) => `has_schema_privilege(${bind(schema)}, '${right}') AS ${as}_${right}`);
  const onTable = (table: string, as: string, rights: readonly string[]): string[] => rights.map((right) => `has_table_privilege(${bind(table)}, '${right}') AS ${as}_${right}`);
  const columns = [
    "has_database_privilege(CURRENT_DATABASE(), 'temporary') AS database_temporary",
    ...onSchema(target.schema, 'schema'),
    ...onSchema(target.workSchema, 'work_schema'),
    ...(existing.table ? onTable(quoteTable(target), 'table', mode === 'merge' && keepsColumns ? [...TABLE_RIGHTS[mode], 'update'] : TABLE_RIGHTS[mode]) : []),
    ...(existing.ledger ? onTable(quoteTable(ledgerTable(target)), 'ledger', LEDGER_RIGHTS) : []),
  ];
  return { text: `SELECT ${columns.join(', ')}`, values };
}
