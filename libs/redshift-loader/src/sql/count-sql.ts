import { quoteIdentifier, quoteTable } from '@tidemark/ddl-optimizer';

/** @param where a BOOLEAN column; rows where it is true are counted */
export function countRowsSql(table: { readonly schema: string; readonly table: string }, where: string | null): string {
  return `SELECT COUNT(*) AS "row_count" FROM ${quoteTable(table)}${where === null ? '' : ` WHERE ${quoteIdentifier(where)}`}`;
}
