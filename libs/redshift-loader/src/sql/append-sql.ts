import { quoteTable } from '@tidemark/ddl-optimizer';
import { keysMatchSql, sameValuesSql } from './key-sql.ts';
import type { MergeColumns } from './merge-sql.ts';

type Table = { readonly schema: string; readonly table: string };

/** Drops staged rows whose key and cursor the target has; a missing cursor equals a missing one. */
export function dropAppendedSql(source: string, target: Table, { keys, versions }: Pick<MergeColumns, 'keys' | 'versions'>): string {
  const into = quoteTable(target);
  return `DELETE FROM ${source} USING ${into} WHERE ${[keysMatchSql(into, source, keys), ...sameValuesSql(into, source, versions)].join(' AND ')}`;
}
