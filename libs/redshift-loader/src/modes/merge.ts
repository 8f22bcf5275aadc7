import { LoaderError } from '../errors.ts';
import type { RedshiftSession } from '../ports.ts';
import { deleteReplacedSql, dropOlderSql, insertStagedSql, type MergeColumns } from '../sql/merge-sql.ts';
import { countMatchedSql, mergeIntoSql } from '../sql/merge-into-sql.ts';
import type { ModeResult, StagedGroup } from './mode-loader.ts';
import { settleTargetKeys } from './settle-target-keys.ts';
import { changedRows, onePerKey, readCount, refuseNullKeys, wrongCount } from './staged-rows.ts';

/**
 * Upsert by key. DELETE and INSERT where the target has the staged columns only: a target whose keys repeat does no harm, and every
 * build of Redshift can run it. Native MERGE where it has further columns: those of matched rows stay as they are.
 * A target row with a newer version stays; with an equal one it is replaced, since the staged row was read later.
 * https://docs.aws.amazon.com/redshift/latest/dg/merge-replacing-existing-rows.html
 *
 * @throws LoaderError `LOADER_NO_KEY`, `LOADER_KEY_NULL`, `LOADER_KEY_REPEATED`, `LOADER_GROUP_AMBIGUOUS`, `LOADER_ROW_COUNT_MISMATCH`,
 *   `TARGET_KEYS_REPEAT`
 */
export async function merge(session: RedshiftSession, group: StagedGroup): Promise<ModeResult> {
  const { target, keys } = group;
  if (keys.length === 0) throw new LoaderError('LOADER_NO_KEY', { message: `${target.schema}.${target.table} has no key columns to merge by.` });
  const columns: MergeColumns = { all: group.columns, keys, versions: group.versionColumns.filter((column) => !keys.includes(column)) };
  await refuseNullKeys(session, group, columns);
  const settled = await settleTargetKeys(session, group, columns);
  const { source, rowCount } = await onePerKey(session, group, columns);
  const dropped = columns.versions.length === 0 ? 0 : await changedRows(session, dropOlderSql(source, target, columns));
  const { rowsInserted, rowsDeleted } = group.targetHasMoreColumns
    ? await mergeInto(session, group, source, columns, rowCount - dropped)
    : { rowsDeleted: await changedRows(session, deleteReplacedSql(source, target, columns)), rowsInserted: await changedRows(session, insertStagedSql(source, target, columns)) };
  if (!Number.isSafeInteger(rowsDeleted) || rowsInserted !== rowCount - dropped) {
    throw wrongCount(group, `${rowsInserted} rows were inserted; ${rowCount - dropped} were staged and are not older than the target's`, { inserted: rowsInserted, staged: rowCount, older: dropped });
  }
  return { rowsInserted, rowsDeleted: rowsDeleted + settled };
}

/** MERGE tells no count, so the rows that it will update are counted first; they stand as deleted and inserted, as elsewhere. */
async function mergeInto(session: RedshiftSession, { target }: StagedGroup, source: string, columns: MergeColumns, rowCount: number): Promise<ModeResult> {
  const matched = await readCount(session, countMatchedSql(source, target, columns), 'matched');
  await session.query(mergeIntoSql(source, target, columns));
  return { rowsInserted: rowCount, rowsDeleted: matched };
}
