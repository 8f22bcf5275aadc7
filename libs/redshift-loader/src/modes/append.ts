import { LoaderError } from '../errors.ts';
import type { RedshiftSession } from '../ports.ts';
import { dropAppendedSql } from '../sql/append-sql.ts';
import { insertStagedSql, type MergeColumns } from '../sql/merge-sql.ts';
import type { ModeResult, StagedGroup } from './mode-loader.ts';
import { changedRows, onePerKey, refuseNullKeys, wrongCount } from './staged-rows.ts';

/**
 * Adds rows as they come: a changed row becomes a further row. A batch that reads a range once more (`advances: false`) adds only the
 * rows whose key and cursor the target does not have.
 *
 * @throws LoaderError `LOADER_NO_KEY`, `LOADER_KEY_NULL`, `LOADER_KEY_REPEATED`, `LOADER_GROUP_AMBIGUOUS`, `LOADER_ROW_COUNT_MISMATCH`
 */
export async function append(session: RedshiftSession, group: StagedGroup): Promise<ModeResult> {
  const { target, stage, keys, versionColumns, advances } = group;
  const columns: MergeColumns = { all: group.columns, keys, versions: [] };
  if (advances) return { rowsInserted: await insertAll(session, group, columns, stage, group.rowCount), rowsDeleted: 0 };
  if (keys.length === 0) {
    throw new LoaderError('LOADER_NO_KEY', {
      message: `${target.schema}.${target.table} has no key columns, so rows that are read once more cannot be told from those that were appended.`,
      remedy: ['Name the columns that identify a row in merge_keys.', 'Or read nothing twice: lookback: 0s, id_lookback: 0.'],
      details: { schema: target.schema, table: target.table },
    });
  }
  const place: MergeColumns = { ...columns, keys: [...keys, ...versionColumns.filter((column) => !keys.includes(column))] };
  await refuseNullKeys(session, group, columns);
  const { source, rowCount } = await onePerKey(session, group, place);
  const known = await changedRows(session, dropAppendedSql(source, target, { keys, versions: place.keys.slice(keys.length) }));
  return { rowsInserted: await insertAll(session, group, columns, source, rowCount - known), rowsDeleted: 0 };
}

async function insertAll(session: RedshiftSession, group: StagedGroup, columns: MergeColumns, source: string, expected: number): Promise<number> {
  const inserted = await changedRows(session, insertStagedSql(source, group.target, columns));
  if (inserted !== expected) throw wrongCount(group, `${inserted} rows were appended; ${expected} were staged and new`, { inserted, expected });
  return inserted;
}
