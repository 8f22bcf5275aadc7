import { quoteIdentifier, quoteTable } from '@tidemark/ddl-optimizer';
import type { StagedColumn } from '@tidemark/domain';
import { keyExpressions, keysMatchSql, textLengths } from './key-sql.ts';
import { targetValueSql } from './target-value-sql.ts';

/** The columns that a merge works with. Sources and stages are relations as they stand in SQL, quoted. */
export interface MergeColumns {
  readonly all: readonly StagedColumn[];
  readonly keys: readonly StagedColumn[];
  /** Outermost first, without key columns: they are equal wherever they are compared. */
  readonly versions: readonly StagedColumn[];
}

const names = (columns: readonly StagedColumn[]): string => columns.map((column) => quoteIdentifier(column.name)).join(', ');

/** Rows of the stage, and those with NULL in a key. */
export function countStageSql(stage: string, { keys }: MergeColumns): string {
  const isNull = keys.map((key) => `${quoteIdentifier(key.name)} IS NULL`).join(' OR ');
  return `SELECT COUNT(*) AS row_count, COUNT(CASE WHEN ${isNull} THEN 1 END) AS null_keys FROM ${stage}`;
}

/** How many keys have more than one row. Only key columns are read. */
export function countRepeatedKeysSql(stage: string, { keys }: MergeColumns): string {
  return `SELECT COUNT(*) AS repeated_keys FROM (SELECT COUNT(*) AS row_count FROM ${stage} GROUP BY ${keyExpressions(keys)} HAVING COUNT(*) > 1) AS repeated`;
}

/** A missing version is older than any other. Redshift has no NULLS LAST inside a window. */
export function newestFirstSql(versions: readonly StagedColumn[]): string {
  return versions.flatMap((version) => {
    const name = quoteIdentifier(version.name);
    return [`CASE WHEN ${name} IS NULL THEN 1 ELSE 0 END`, `${name} DESC`];
  }).join(', ');
}

/**
 * Takes over the newest version of each key, rows that are alike in every column once. Where a key still has several rows,
 * they differ and share the newest version.
 */
export function takeNewestSql(stage: string, newest: string, { all, keys, versions }: MergeColumns): string {
  const columns = names(all);
  const lengths = textLengths(all).map((length, index) => `${length} AS "tidemark_length_${index + 1}"`);
  const source = versions.length === 0
    ? stage
    : `(SELECT ${columns}, RANK() OVER (PARTITION BY ${keyExpressions(keys)} ORDER BY ${newestFirstSql(versions)}) AS "tidemark_rank" FROM ${stage}) AS ranked WHERE "tidemark_rank" = 1`;
  return `INSERT INTO ${newest} (${columns}) SELECT ${columns} FROM (SELECT DISTINCT ${[columns, ...lengths].join(', ')} FROM ${source}) AS alike`;
}

/** True where `left` has a newer version than `right`; never unknown. */
function isNewerSql(left: string, right: string, versions: readonly StagedColumn[]): string {
  const [first, ...rest] = versions;
  if (first === undefined) return 'FALSE';
  const [l, r] = [`${left}.${quoteIdentifier(first.name)}`, `${right}.${quoteIdentifier(first.name)}`];
  const newer = `(${l} IS NOT NULL AND (${r} IS NULL OR ${l} > ${r}))`;
  if (rest.length === 0) return newer;
  return `(${newer} OR ((${l} = ${r} OR (${l} IS NULL AND ${r} IS NULL)) AND ${isNewerSql(left, right, rest)}))`;
}

type Table = { readonly schema: string; readonly table: string };

/** Drops staged rows whose key has a newer version in the target. */
export function dropOlderSql(source: string, target: Table, { keys, versions }: MergeColumns): string {
  const [from, into] = [source, quoteTable(target)];
  return `DELETE FROM ${from} USING ${into} WHERE ${keysMatchSql(into, from, keys)} AND ${isNewerSql(into, from, versions)}`;
}

/** Drops the target's rows whose key is staged. */
export function deleteReplacedSql(source: string, target: Table, { keys }: MergeColumns): string {
  const [from, into] = [source, quoteTable(target)];
  return `DELETE FROM ${into} USING ${from} WHERE ${keysMatchSql(into, from, keys)}`;
}

/** Adds the staged rows, by column name, each value as the target's type. */
export function insertStagedSql(source: string, target: Table, { all }: MergeColumns): string {
  return `INSERT INTO ${quoteTable(target)} (${names(all)}) SELECT ${all.map((column) => targetValueSql(column)).join(', ')} FROM ${source}`;
}
