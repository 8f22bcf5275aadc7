import { quoteIdentifier, quoteTable } from '@tidemark/ddl-optimizer';
import { keysMatchSql } from './key-sql.ts';
import type { MergeColumns } from './merge-sql.ts';
import { targetValueSql } from './target-value-sql.ts';

type Table = { readonly schema: string; readonly table: string };

/** How many target rows have a staged key. */
export function countMatchedSql(source: string, target: Table, { keys }: MergeColumns): string {
  const into = quoteTable(target);
  return `SELECT COUNT(*) AS matched FROM ${into} JOIN ${source} ON ${keysMatchSql(into, source, keys)}`;
}

/**
 * Native MERGE: columns of the target that are not staged keep their values in matched rows. The target takes no alias, both
 * branches are there, and SET names bare columns. https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
 */
export function mergeIntoSql(source: string, target: Table, { all, keys }: MergeColumns): string {
  const into = quoteTable(target);
  const others = all.filter((column) => !keys.includes(column));
  const assigned = (others.length > 0 ? others : keys).map((column) => `${quoteIdentifier(column.name)} = ${targetValueSql(column, source)}`);
  return [
    `MERGE INTO ${into} USING ${source} ON ${keysMatchSql(into, source, keys)}`,
    `WHEN MATCHED THEN UPDATE SET ${assigned.join(', ')}`,
    `WHEN NOT MATCHED THEN INSERT (${all.map((column) => quoteIdentifier(column.name)).join(', ')}) VALUES (${all.map((column) => targetValueSql(column, source)).join(', ')})`,
  ].join(' ');
}
