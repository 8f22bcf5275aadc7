import { quoteIdentifier, stagingTableSql } from '@tidemark/ddl-optimizer';
import { LoaderError } from '../errors.ts';
import type { RedshiftSession } from '../ports.ts';
import { countRepeatedKeysSql, countStageSql, takeNewestSql, type MergeColumns } from '../sql/merge-sql.ts';
import type { StagedGroup } from './mode-loader.ts';

/** Holds one row per key when the stage does not. */
const NEWEST = quoteIdentifier('tidemark_newest');

/** One number that a query gives. */
export async function readCount(session: RedshiftSession, sql: string, column: string): Promise<number> {
  return Number((await session.query(sql)).rows[0]?.[column]);
}

/** Rows that a statement changed; not a number where Redshift sends no count, so that no comparison holds. */
export async function changedRows(session: RedshiftSession, sql: string): Promise<number> {
  return (await session.query(sql)).rowCount ?? Number.NaN;
}

/**
 * Counts the stage once more and looks for NULL in the key columns.
 * @throws LoaderError `LOADER_ROW_COUNT_MISMATCH`, `LOADER_KEY_NULL`
 */
export async function refuseNullKeys(session: RedshiftSession, { target, stage, rowCount, keys }: StagedGroup, columns: MergeColumns): Promise<void> {
  const [row] = (await session.query(countStageSql(stage, columns))).rows;
  const details = { schema: target.schema, table: target.table };
  if (Number(row?.row_count) !== rowCount) {
    throw new LoaderError('LOADER_ROW_COUNT_MISMATCH', { message: `The staging table for ${target.schema}.${target.table} has ${String(row?.row_count)} rows; ${rowCount} were copied.`, details });
  }
  const nullKeys = Number(row?.null_keys);
  if (nullKeys > 0) {
    throw new LoaderError('LOADER_KEY_NULL', { message: `${nullKeys} rows for ${target.schema}.${target.table} have NULL in a key column (${keys.map((key) => key.name).join(', ')}).`, details: { ...details, rows: nullKeys } });
  }
}

/** The refusal of rows that cannot be ranked. */
export function repeatedKeys({ target, batchCount }: StagedGroup, columns: Pick<MergeColumns, 'keys' | 'versions'>, repeated: number): LoaderError {
  const details = { schema: target.schema, table: target.table, keys: columns.keys.map((key) => key.name), versions: columns.versions.map((column) => column.name), repeated };
  const what = `${repeated} keys (${details.keys.join(', ')}) for ${target.schema}.${target.table} have several different rows of one version`;
  return batchCount > 1
    ? new LoaderError('LOADER_GROUP_AMBIGUOUS', { message: `${what} in a group of ${batchCount} batches.`, details })
    : new LoaderError('LOADER_KEY_REPEATED', { message: `${what} in one batch.`, details });
}

/**
 * Leaves one row per key: the newest by the version columns, rows that are alike in every column counting as one.
 *
 * Files of one COPY arrive in no order, so equal versions of different content cannot be ranked by batch: such a group is refused.
 * Loaded one by one, the later batch wins against the target. Batches whose ranges do not overlap never share a key and version.
 *
 * @returns the relation that has the rows, and how many
 */
export async function onePerKey(session: RedshiftSession, group: StagedGroup, columns: MergeColumns): Promise<{ readonly source: string; readonly rowCount: number }> {
  const { stage } = group;
  if (await readCount(session, countRepeatedKeysSql(stage, columns), 'repeated_keys') === 0) return { source: stage, rowCount: group.rowCount };
  await session.query(stagingTableSql('tidemark_newest', group.columns));
  const rowCount = await changedRows(session, takeNewestSql(stage, NEWEST, columns));
  const repeated = await readCount(session, countRepeatedKeysSql(NEWEST, columns), 'repeated_keys');
  if (repeated === 0) return { source: NEWEST, rowCount };
  throw repeatedKeys(group, columns, repeated);
}

/** The refusal of a count that is not the one that must be. */
export function wrongCount({ target }: StagedGroup, what: string, details: Readonly<Record<string, unknown>>): LoaderError {
  return new LoaderError('LOADER_ROW_COUNT_MISMATCH', { message: `${target.schema}.${target.table}: ${what}.`, details: { schema: target.schema, table: target.table, ...details } });
}
