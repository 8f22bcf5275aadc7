import { quoteIdentifier, quoteTable } from '@tidemark/ddl-optimizer';
import { keyExpressions, keysMatchSql } from './key-sql.ts';
import { newestFirstSql, type MergeColumns } from './merge-sql.ts';

type Table = { readonly schema: string; readonly table: string };

const SINGLES = quoteIdentifier('tidemark_singles');
const list = (names: readonly string[]): string => names.map((name) => quoteIdentifier(name)).join(', ');
const known = ({ keys }: MergeColumns): string => keys.map((key) => `${quoteIdentifier(key.name)} IS NOT NULL`).join(' AND ');

/** How many keys have several rows in the target; rows without a key match nothing and stay. */
export function countRepeatedTargetKeysSql(target: Table, columns: MergeColumns): string {
  return `SELECT COUNT(*) AS repeated_target_keys FROM (SELECT COUNT(*) AS row_count FROM ${quoteTable(target)} WHERE ${known(columns)} GROUP BY ${keyExpressions(columns.keys)} HAVING COUNT(*) > 1) AS repeated`;
}

/** One row, the newest, of each key that has several. */
export function takeSinglesSql(target: Table, names: readonly string[], columns: MergeColumns): string {
  const partition = `PARTITION BY ${keyExpressions(columns.keys)}`;
  const order = newestFirstSql(columns.versions.length > 0 ? columns.versions : columns.keys);
  return [
    `CREATE TEMP TABLE ${SINGLES} AS SELECT ${list(names)} FROM (SELECT ${list(names)}, ROW_NUMBER() OVER (${partition} ORDER BY ${order}) AS "tidemark_rank",`,
    `COUNT(*) OVER (${partition}) AS "tidemark_rows" FROM ${quoteTable(target)} WHERE ${known(columns)}) AS ranked WHERE "tidemark_rank" = 1 AND "tidemark_rows" > 1`,
  ].join(' ');
}

/** Every row of those keys. */
export function deleteRepeatedSql(target: Table, { keys }: MergeColumns): string {
  const into = quoteTable(target);
  return `DELETE FROM ${into} USING ${SINGLES} WHERE ${keysMatchSql(into, SINGLES, keys)}`;
}

/** The kept ones back. */
export function insertSinglesSql(target: Table, names: readonly string[]): string {
  return `INSERT INTO ${quoteTable(target)} (${list(names)}) SELECT ${list(names)} FROM ${SINGLES}`;
}
