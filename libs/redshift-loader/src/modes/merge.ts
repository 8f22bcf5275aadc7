import { stagingTableSql } from '@tidemark/ddl-optimizer';
import { LoaderError } from '../errors.ts';
import type { RedshiftSession } from '../ports.ts';
import { countRepeatedKeysSql, countStageSql, deleteReplacedSql, dropOlderSql, insertStagedSql, takeNewestSql, type MergeColumns } from '../sql/merge-sql.ts';
import type { ModeResult, StagedGroup } from './mode-loader.ts';

/** Holds one row per key when the stage does not. */
const NEWEST = 'tidemark_newest';

async function count(session: RedshiftSession, sql: string, column: string): Promise<number> {
  return Number((await session.query(sql)).rows[0]?.[column]);
}

async function refuseNullKeys(session: RedshiftSession, { target, stage, rowCount, keys }: StagedGroup, columns: MergeColumns): Promise<void> {
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

/**
 * Leaves one row per key: the newest by the version columns, rows that are alike in every column counting as one.
 *
 * Files of one COPY arrive in no order, so equal versions of different content cannot be ranked by batch: such a group is refused.
 * Loaded one by one, the later batch wins against the target. Batches whose ranges do not overlap never share a key and version.
 *
 * @returns the table that has the rows, and how many
 */
async function onePerKey(session: RedshiftSession, group: StagedGroup, columns: MergeColumns): Promise<{ readonly source: string; readonly rowCount: number }> {
  const { target, stage, batchCount } = group;
  if (await count(session, countRepeatedKeysSql(stage, columns), 'repeated_keys') === 0) return { source: stage, rowCount: group.rowCount };
  await session.query(stagingTableSql(NEWEST, group.columns));
  const { rowCount } = await session.query(takeNewestSql(stage, NEWEST, columns));
  const repeated = await count(session, countRepeatedKeysSql(NEWEST, columns), 'repeated_keys');
  if (repeated === 0) return { source: NEWEST, rowCount: rowCount ?? Number.NaN };
  const details = { schema: target.schema, table: target.table, keys: group.keys.map((key) => key.name), versions: group.versionColumns.map((column) => column.name), repeated };
  const what = `${repeated} keys (${details.keys.join(', ')}) for ${target.schema}.${target.table} have several different rows of one version`;
  throw batchCount > 1
    ? new LoaderError('LOADER_GROUP_AMBIGUOUS', { message: `${what} in a group of ${batchCount} batches.`, details })
    : new LoaderError('LOADER_KEY_REPEATED', { message: `${what} in one batch.`, details });
}

/**
 * Upsert by key: DELETE and INSERT, so that a target whose keys repeat does no harm and every build of Redshift can run it.
 * A target row with a newer version stays; with an equal one it is replaced, since the staged row was read later.
 * https://docs.aws.amazon.com/redshift/latest/dg/merge-replacing-existing-rows.html
 *
 * @throws LoaderError `LOADER_NO_KEY`, `LOADER_KEY_NULL`, `LOADER_KEY_REPEATED`, `LOADER_GROUP_AMBIGUOUS`, `LOADER_ROW_COUNT_MISMATCH`
 */
export async function merge(session: RedshiftSession, group: StagedGroup): Promise<ModeResult> {
  const { target, keys } = group;
  if (keys.length === 0) throw new LoaderError('LOADER_NO_KEY', { message: `${target.schema}.${target.table} has no key columns to merge by.` });
  const columns: MergeColumns = { all: group.columns, keys, versions: group.versionColumns.filter((column) => !keys.includes(column)) };
  await refuseNullKeys(session, group, columns);
  const { source, rowCount } = await onePerKey(session, group, columns);
  const dropped = columns.versions.length === 0 ? 0 : ((await session.query(dropOlderSql(source, target, columns))).rowCount ?? Number.NaN);
  const deleted = (await session.query(deleteReplacedSql(source, target, columns))).rowCount ?? Number.NaN;
  const inserted = (await session.query(insertStagedSql(source, target, columns))).rowCount ?? Number.NaN;
  if (!Number.isSafeInteger(deleted) || inserted !== rowCount - dropped) {
    throw new LoaderError('LOADER_ROW_COUNT_MISMATCH', {
      message: `${inserted} rows were inserted into ${target.schema}.${target.table}; ${rowCount - dropped} were staged and are not older than the target's.`,
      details: { schema: target.schema, table: target.table, inserted, staged: rowCount, older: dropped },
    });
  }
  return { rowsInserted: inserted, rowsDeleted: deleted };
}
