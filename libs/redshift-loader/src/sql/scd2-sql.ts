import { quoteIdentifier, quoteTable, stagingTableSql } from '@tidemark/ddl-optimizer';
import type { FrozenScd2, RedshiftType, StagedColumn } from '@tidemark/domain';
import { isText, keysMatchSql, textLengths } from './key-sql.ts';
import { quoteLiteral } from './quote-literal.ts';
import { ROW_HASH_TYPE, rowHashSql } from './row-hash-sql.ts';
import { targetValueSql } from './target-value-sql.ts';

type Table = { readonly schema: string; readonly table: string };

/** What the history of a table is made of. */
export interface HistoryColumns {
  readonly all: readonly StagedColumn[];
  readonly keys: readonly StagedColumn[];
  readonly tracked: readonly StagedColumn[];
  /** Neither key nor tracked. */
  readonly untracked: readonly StagedColumn[];
  /** Null where all rows hold since `setTime`. */
  readonly effective: StagedColumn | null;
  readonly names: FrozenScd2['columns'];
}

const VERSIONS = quoteIdentifier('tidemark_versions');
const KEPT = quoteIdentifier('tidemark_kept');

function ownColumn(name: string, redshift: RedshiftType): StagedColumn {
  return { source: name, name, sourceType: '', select: '', decode: 'utf8', parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' }, redshift, policies: {} };
}
const HASH = ownColumn('tidemark_hash', ROW_HASH_TYPE);
const FROM = ownColumn('tidemark_from', { name: 'TIMESTAMP' });
const [hash, from] = [quoteIdentifier(HASH.name), quoteIdentifier(FROM.name)];

const q = (column: StagedColumn): string => quoteIdentifier(column.name);
const names = (columns: readonly StagedColumn[], relation?: string): string => columns.map((column) => (relation === undefined ? q(column) : `${relation}.${q(column)}`)).join(', ');

/** What rows of one key agree in, of a relation. */
function keyParts(relation: string, keys: readonly StagedColumn[]): string {
  return keys.flatMap((key) => (isText(key) ? [`${relation}.${q(key)}`, `OCTET_LENGTH(${relation}.${q(key)})`] : [`${relation}.${q(key)}`])).join(', ');
}

function lengthsOf(columns: readonly StagedColumn[]): readonly string[] {
  return textLengths(columns).map((length, index) => `${length} AS "tidemark_length_${index + 1}"`);
}

/** The columns of the target that are our own, with the types that they need; the surrogate key is Redshift's. */
export function historyColumns(columns: FrozenScd2['columns']): readonly StagedColumn[] {
  return [ownColumn(columns.hash, ROW_HASH_TYPE), ownColumn(columns.from, { name: 'TIMESTAMP' }), ownColumn(columns.to, { name: 'TIMESTAMP' }), ownColumn(columns.current, { name: 'BOOLEAN' })];
}

/** Holds each staged version with its hash and the time since when it holds. */
export function createVersionsSql({ all }: HistoryColumns): string {
  return stagingTableSql('tidemark_versions', [...all, HASH, FROM]);
}

function effectiveSql({ effective }: HistoryColumns, setTime: string): string {
  if (effective === null) return `CAST(${quoteLiteral(setTime)} AS TIMESTAMP)`;
  return effective.redshift.name === 'TIMESTAMP' ? q(effective) : `CAST(${q(effective)} AS TIMESTAMP)`;
}

/** Takes the staged rows over as they are. */
export function takeVersionsSql(stage: string, columns: HistoryColumns, setTime: string): string {
  const staged = names(columns.all);
  return `INSERT INTO ${VERSIONS} (${staged}, ${hash}, ${from}) SELECT ${staged}, ${rowHashSql(columns.tracked)} AS ${hash}, ${effectiveSql(columns, setTime)} AS ${from} FROM ${stage}`;
}

/** Forgets the staged rows that were taken over. */
export function forgetVersionsSql(): string {
  return `DELETE FROM ${VERSIONS}`;
}

/**
 * Takes the staged rows over, rows that are alike in every column once. Whole rows are compared, and together their declared widths may be
 * more than one step of a query takes, so this is for rows that need it.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
 */
export function takeAlikeOnceSql(stage: string, columns: HistoryColumns, setTime: string): string {
  const { all, tracked } = columns;
  const staged = names(all);
  return [
    `INSERT INTO ${VERSIONS} (${staged}, ${hash}, ${from}) SELECT ${staged}, ${hash}, ${from} FROM`,
    `(SELECT DISTINCT ${[staged, ...lengthsOf(all)].join(', ')}, ${rowHashSql(tracked)} AS ${hash}, ${effectiveSql(columns, setTime)} AS ${from} FROM ${stage}) AS alike`,
  ].join(' ');
}

/** Keys that have several versions of one time. */
export function countRepeatedVersionsSql({ keys }: HistoryColumns): string {
  return `SELECT COUNT(*) AS repeated_keys FROM (SELECT COUNT(*) AS row_count FROM ${VERSIONS} GROUP BY ${keyParts(VERSIONS, keys)}, ${from} HAVING COUNT(*) > 1) AS repeated`;
}

/**
 * A version that the target has with the same beginning and other content: read again since. It keeps its surrogate key. One that
 * begins at `firstValidFrom` is known by its cursor: its beginning was named, and is not the source's.
 */
export function correctVersionsSql(target: Table, { keys, tracked, untracked, effective, names: own }: HistoryColumns, firstValidFrom: string | null): string {
  const into = quoteTable(target);
  const values = [...tracked, ...untracked].map((column) => `${q(column)} = ${targetValueSql(column, VERSIONS)}`);
  const begins = `${into}.${quoteIdentifier(own.from)}`;
  const same = firstValidFrom === null || effective === null
    ? `${begins} = ${VERSIONS}.${from}`
    : `(${begins} = ${VERSIONS}.${from} OR (${begins} = CAST(${quoteLiteral(firstValidFrom)} AS TIMESTAMP) AND CAST(${into}.${q(effective)} AS TIMESTAMP) = ${VERSIONS}.${from}))`;
  return [
    `UPDATE ${into} SET ${[...values, `${quoteIdentifier(own.hash)} = ${VERSIONS}.${hash}`].join(', ')} FROM ${VERSIONS}`,
    `WHERE ${keysMatchSql(into, VERSIONS, keys)} AND ${same} AND ${into}.${quoteIdentifier(own.hash)} <> ${VERSIONS}.${hash}`,
  ].join(' ');
}

/** The keys that are staged, each once. */
function touchedSql(keys: readonly StagedColumn[]): string {
  return `(SELECT DISTINCT ${[names(keys), ...lengthsOf(keys)].join(', ')} FROM ${VERSIONS}) AS touched`;
}

/**
 * The chain of every staged key, staged versions and the target's together, in the order of their beginnings. A staged version stays
 * when it says something new: other content than the version before it, or that a key is back whose last version had ended. Each
 * version ends where the next begins, unless it had ended before; the last one is current, since its key was read.
 */
export function keepVersionsSql(target: Table, { keys, names: own }: HistoryColumns): string {
  const into = quoteTable(target);
  const key = names(keys);
  const partition = `PARTITION BY ${keyParts('chain', keys)}`;
  const keptPartition = `PARTITION BY ${keyParts('told', keys)}`;
  const chain = [
    `SELECT ${key}, ${from}, ${hash}, 1 AS "tidemark_staged", CAST(NULL AS TIMESTAMP) AS "tidemark_was_to" FROM ${VERSIONS}`,
    `UNION ALL SELECT ${names(keys, into)}, ${into}.${quoteIdentifier(own.from)}, ${into}.${quoteIdentifier(own.hash)}, 0, ${into}.${quoteIdentifier(own.to)}`,
    `FROM ${into} JOIN ${touchedSql(keys)} ON ${keysMatchSql(into, 'touched', keys)}`,
  ].join(' ');
  const told = [
    `SELECT ${key}, ${from}, ${hash}, "tidemark_staged", "tidemark_was_to",`,
    `LAG(${hash}) OVER (${partition} ORDER BY ${from}, "tidemark_staged") AS "tidemark_before",`,
    `LAG("tidemark_was_to") OVER (${partition} ORDER BY ${from}, "tidemark_staged") AS "tidemark_ended" FROM (${chain}) AS chain`,
  ].join(' ');
  const linked = [
    `SELECT ${key}, ${from}, "tidemark_staged", "tidemark_was_to",`,
    `LEAD(${from}) OVER (${keptPartition} ORDER BY ${from}) AS "tidemark_next", ROW_NUMBER() OVER (${keptPartition} ORDER BY ${from}) AS "tidemark_place" FROM (${told}) AS told`,
    `WHERE "tidemark_staged" = 0 OR "tidemark_before" IS NULL OR "tidemark_before" <> ${hash} OR ("tidemark_ended" IS NOT NULL AND "tidemark_ended" <= ${from})`,
  ].join(' ');
  return [
    `CREATE TEMP TABLE ${KEPT} AS SELECT ${key}, ${from}, "tidemark_staged", "tidemark_place",`,
    'CASE WHEN "tidemark_next" IS NULL THEN CAST(NULL AS TIMESTAMP) WHEN "tidemark_was_to" < "tidemark_next" THEN "tidemark_was_to" ELSE "tidemark_next" END AS "tidemark_to"',
    `FROM (${linked}) AS linked`,
  ].join(' ');
}

const isCurrent = `CASE WHEN ${KEPT}."tidemark_to" IS NULL THEN TRUE ELSE FALSE END`;

/** Ends the versions that have a successor now, and opens the last one of a key that is back. */
export function endVersionsSql(target: Table, { keys, names: own }: HistoryColumns): string {
  const into = quoteTable(target);
  const [l, r] = [`${into}.${quoteIdentifier(own.to)}`, `${KEPT}."tidemark_to"`];
  return [
    `UPDATE ${into} SET ${quoteIdentifier(own.to)} = ${r}, ${quoteIdentifier(own.current)} = ${isCurrent} FROM ${KEPT}`,
    `WHERE ${keysMatchSql(into, KEPT, keys)} AND ${into}.${quoteIdentifier(own.from)} = ${KEPT}.${from} AND ${KEPT}."tidemark_staged" = 0`,
    `AND ((${l} IS NULL AND ${r} IS NOT NULL) OR (${l} IS NOT NULL AND ${r} IS NULL) OR (${l} IS NOT NULL AND ${r} IS NOT NULL AND ${l} <> ${r}))`,
  ].join(' ');
}

/** How many versions are new. */
export function countNewVersionsSql(): string {
  return `SELECT COUNT(*) AS new_versions FROM ${KEPT} WHERE "tidemark_staged" = 1`;
}

/** Adds the new versions; the surrogate key is left to Redshift. */
export function insertVersionsSql(target: Table, { all, keys, names: own }: HistoryColumns, firstValidFrom: string | null): string {
  const since = firstValidFrom === null
    ? `${VERSIONS}.${from}`
    : `CASE WHEN ${KEPT}."tidemark_place" = 1 AND ${VERSIONS}.${from} > CAST(${quoteLiteral(firstValidFrom)} AS TIMESTAMP) THEN CAST(${quoteLiteral(firstValidFrom)} AS TIMESTAMP) ELSE ${VERSIONS}.${from} END`;
  return [
    `INSERT INTO ${quoteTable(target)} (${names(all)}, ${[own.hash, own.from, own.to, own.current].map((name) => quoteIdentifier(name)).join(', ')})`,
    `SELECT ${all.map((column) => targetValueSql(column, VERSIONS)).join(', ')}, ${VERSIONS}.${hash}, ${since}, ${KEPT}."tidemark_to", ${isCurrent}`,
    `FROM ${VERSIONS} JOIN ${KEPT} ON ${keysMatchSql(VERSIONS, KEPT, keys)} AND ${VERSIONS}.${from} = ${KEPT}.${from} WHERE ${KEPT}."tidemark_staged" = 1`,
  ].join(' ');
}

function differsSql(left: string, right: string, column: StagedColumn): string {
  const [l, r] = [`${left}.${q(column)}`, `${right}.${q(column)}`];
  const other = isText(column) ? `${l} <> ${r} OR OCTET_LENGTH(${l}) <> OCTET_LENGTH(${r})` : `${l} <> ${r}`;
  return `(${l} IS NULL AND ${r} IS NOT NULL) OR (${l} IS NOT NULL AND ${r} IS NULL) OR (${l} IS NOT NULL AND ${r} IS NOT NULL AND (${other}))`;
}

/** Columns that make no version follow the source in the current one. SUPER cannot be compared, so it is written each time. */
export function overwriteUntrackedSql(target: Table, { keys, untracked, effective, names: own }: HistoryColumns): string {
  const into = quoteTable(target);
  const values = untracked.map((column) => `${q(column)} = ${targetValueSql(column, 'newest')}`);
  const newest = `(SELECT ${names([...keys, ...untracked])}, ${hash}, ROW_NUMBER() OVER (PARTITION BY ${keyParts(VERSIONS, keys)} ORDER BY ${from} DESC) AS "tidemark_rank" FROM ${VERSIONS}) AS newest`;
  const isComparable = untracked.every((column) => column.target?.redshift.name !== 'SUPER' && column.redshift.name !== 'SUPER');
  return [
    `UPDATE ${into} SET ${values.join(', ')} FROM ${newest} WHERE ${keysMatchSql(into, 'newest', keys)} AND newest."tidemark_rank" = 1`,
    `AND ${into}.${quoteIdentifier(own.current)} AND ${into}.${quoteIdentifier(own.hash)} = newest.${hash}`,
    ...(effective !== null && untracked.includes(effective) ? [`AND (${into}.${q(effective)} IS NULL OR newest.${q(effective)} >= ${into}.${q(effective)})`] : []),
    ...(isComparable ? [`AND (${untracked.map((column) => differsSql(into, 'newest', column)).join(' OR ')})`] : []),
  ].join(' ');
}

/** Staged keys whose history is not what it must be: one current version, without an end, and every interval longer than nothing. */
export function countBrokenKeysSql(target: Table, { keys, names: own }: HistoryColumns): string {
  const into = quoteTable(target);
  const [current, begin, end] = [own.current, own.from, own.to].map((name) => `${into}.${quoteIdentifier(name)}`);
  return [
    'SELECT COUNT(CASE WHEN current_rows <> 1 OR broken_rows > 0 THEN 1 END) AS broken_keys FROM',
    `(SELECT COUNT(CASE WHEN ${current} THEN 1 END) AS current_rows, COUNT(CASE WHEN (${current} AND ${end} IS NOT NULL) OR (NOT ${current} AND ${end} IS NULL) OR ${end} <= ${begin} THEN 1 END) AS broken_rows`,
    `FROM ${into} JOIN ${touchedSql(keys)} ON ${keysMatchSql(into, 'touched', keys)} GROUP BY ${keyParts(into, keys)}) AS checked`,
  ].join(' ');
}

/** Current rows, and those whose key is not staged. */
export function countMissingSql(target: Table, { keys, names: own }: HistoryColumns): string {
  const into = quoteTable(target);
  return [
    `SELECT COUNT(*) AS current_rows, COUNT(CASE WHEN touched.${q(keys[0]!)} IS NULL THEN 1 END) AS missing_rows`,
    `FROM ${into} LEFT JOIN ${touchedSql(keys)} ON ${keysMatchSql(into, 'touched', keys)} WHERE ${into}.${quoteIdentifier(own.current)}`,
  ].join(' ');
}

/** Ends the current versions whose key is not staged, at the time of the set; at least a microsecond after they began. */
export function expireMissingSql(target: Table, { keys, names: own }: HistoryColumns, setTime: string): string {
  const into = quoteTable(target);
  const at = `CAST(${quoteLiteral(setTime)} AS TIMESTAMP)`;
  const begin = `${into}.${quoteIdentifier(own.from)}`;
  return [
    `UPDATE ${into} SET ${quoteIdentifier(own.to)} = CASE WHEN ${begin} < ${at} THEN ${at} ELSE DATEADD(microsecond, 1, ${begin}) END, ${quoteIdentifier(own.current)} = FALSE`,
    `WHERE ${into}.${quoteIdentifier(own.current)} AND NOT EXISTS (SELECT 1 FROM ${VERSIONS} WHERE ${keysMatchSql(into, VERSIONS, keys)})`,
  ].join(' ');
}

/** Staged keys that hold other content since an earlier or the same time than the current version: with a clock of our own that is no history. */
export function countBackwardSql(target: Table, { keys, names: own }: HistoryColumns): string {
  const into = quoteTable(target);
  return [
    `SELECT COUNT(*) AS backward_keys FROM ${into} JOIN ${VERSIONS} ON ${keysMatchSql(into, VERSIONS, keys)}`,
    `WHERE ${into}.${quoteIdentifier(own.current)} AND ${into}.${quoteIdentifier(own.hash)} <> ${VERSIONS}.${hash} AND ${into}.${quoteIdentifier(own.from)} >= ${VERSIONS}.${from}`,
  ].join(' ');
}
