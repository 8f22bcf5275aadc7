import { quoteTable } from '@tidemark/ddl-optimizer';
import type { RedshiftSession } from '../ports.ts';
import { countRepeatedKeysSql, insertStagedSql, type MergeColumns } from '../sql/merge-sql.ts';
import type { ModeResult, StagedGroup } from './mode-loader.ts';
import { changedRows, readCount, refuseNullKeys, repeatedKeys, wrongCount } from './staged-rows.ts';

/**
 * Checks a complete snapshot set before it takes the target's place: its rows are all there, and its key identifies them.
 * @throws LoaderError `LOADER_KEY_NULL`, `LOADER_KEY_REPEATED`, `LOADER_ROW_COUNT_MISMATCH`
 */
export async function checkSnapshot(session: RedshiftSession, group: StagedGroup): Promise<void> {
  const columns: MergeColumns = { all: group.columns, keys: group.keys, versions: [] };
  if (group.keys.length === 0) {
    const rows = await readCount(session, `SELECT COUNT(*) AS row_count FROM ${group.stage}`, 'row_count');
    if (rows !== group.rowCount) throw wrongCount(group, `the snapshot has ${rows} rows; its batches have ${group.rowCount}`, { rows, expected: group.rowCount });
    return;
  }
  await refuseNullKeys(session, group, columns);
  const repeated = await readCount(session, countRepeatedKeysSql(group.stage, columns), 'repeated_keys');
  if (repeated > 0) throw repeatedKeys({ ...group, batchCount: 1 }, { keys: group.keys, versions: [] }, repeated);
}

/**
 * The rows of a complete snapshot set take the place of the target's: DELETE and INSERT, so that readers see the old rows until the
 * commit and the new ones after it, and grants and views stay.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html says why it is not TRUNCATE: that would commit.
 */
export async function replace(session: RedshiftSession, group: StagedGroup): Promise<ModeResult> {
  await checkSnapshot(session, group);
  const rowsDeleted = await changedRows(session, `DELETE FROM ${quoteTable(group.target)}`);
  const rowsInserted = await changedRows(session, insertStagedSql(group.stage, group.target, { all: group.columns, keys: group.keys, versions: [] }));
  if (!Number.isSafeInteger(rowsDeleted) || rowsInserted !== group.rowCount) throw wrongCount(group, `${rowsInserted} rows were inserted; the snapshot has ${group.rowCount}`, { inserted: rowsInserted, expected: group.rowCount });
  return { rowsInserted, rowsDeleted };
}
