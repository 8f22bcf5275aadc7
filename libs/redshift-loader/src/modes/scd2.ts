import type { FrozenScd2, StagedColumn } from '@tidemark/domain';
import { LoaderError } from '../errors.ts';
import type { RedshiftSession } from '../ports.ts';
import {
  correctVersionsSql, countBackwardSql, countBrokenKeysSql, countMissingSql, countNewVersionsSql, countRepeatedVersionsSql, createVersionsSql, endVersionsSql, expireMissingSql, forgetVersionsSql, insertVersionsSql, keepVersionsSql,
  overwriteUntrackedSql, takeAlikeOnceSql, takeVersionsSql, type HistoryColumns,
} from '../sql/scd2-sql.ts';
import type { ModeResult, StagedGroup } from './mode-loader.ts';
import { changedRows, readCount, refuseNullKeys, repeatedKeys, wrongCount } from './staged-rows.ts';

function historyOf({ columns: all, keys, target }: StagedGroup, scd2: FrozenScd2): HistoryColumns {
  const named = (name: string): StagedColumn => {
    const column = all.find((candidate) => candidate.name === name);
    if (column === undefined) throw new LoaderError('LOADER_GROUP_INVALID', { message: `${target.schema}.${target.table}: the history needs the column ${name}, which is not staged.` });
    return column;
  };
  const tracked = scd2.tracked.map(named);
  return { all, keys, tracked, untracked: all.filter((column) => !keys.includes(column) && !tracked.includes(column)), effective: scd2.effective === null ? null : named(scd2.effective), names: scd2.columns };
}

/**
 * Keeps the history of each key: intervals `[from, to)` that follow each other, one of them current. Where a version begins is the
 * source's word, so running again, in whatever groups, makes the same history.
 *
 * @throws LoaderError `LOADER_NO_KEY`, `LOADER_KEY_NULL`, `LOADER_KEY_REPEATED`, `LOADER_GROUP_AMBIGUOUS`, `LOADER_HISTORY_BACKWARD`,
 *   `LOADER_EXPIRE_LIMIT`, `LOADER_HISTORY_BROKEN`, `LOADER_ROW_COUNT_MISMATCH`
 */
export async function scd2(session: RedshiftSession, group: StagedGroup): Promise<ModeResult> {
  const { target, keys, scd2: settings, setTime } = group;
  const details = { schema: target.schema, table: target.table };
  if (settings === undefined) throw new LoaderError('LOADER_GROUP_INVALID', { message: `${target.schema}.${target.table}: the batches were staged for scd2 and do not say how.`, details });
  if (keys.length === 0) throw new LoaderError('LOADER_NO_KEY', { message: `${target.schema}.${target.table} has no key columns to keep the history of.`, details });
  const columns = historyOf(group, settings);
  const since = columns.effective;
  await refuseNullKeys(session, { ...group, keys: since === null || keys.includes(since) ? keys : [...keys, since] }, { all: group.columns, keys: since === null ? keys : [...keys, since], versions: [] });

  await session.query(createVersionsSql(columns));
  await session.query(takeVersionsSql(group.stage, columns, setTime));
  await onePerTime(session, group, columns);
  if (since === null) await refuseBackward(session, group, columns);
  const missing = group.isCompleteSet && settings.expire_missing ? await countMissing(session, group, columns, settings.max_expire_percent) : 0;

  // Which of two matching rows an UPDATE takes is not defined unless it is told to fail.
  // https://docs.aws.amazon.com/redshift/latest/dg/r_error_on_nondeterministic_update.html
  await session.query('SET error_on_nondeterministic_update TO true');
  await session.query(correctVersionsSql(target, columns, settings.first_valid_from));
  await session.query(keepVersionsSql(target, columns));
  const expected = await readCount(session, countNewVersionsSql(), 'new_versions');
  await session.query(endVersionsSql(target, columns));
  const inserted = await changedRows(session, insertVersionsSql(target, columns, settings.first_valid_from));
  if (inserted !== expected) throw wrongCount(group, `${inserted} versions were inserted; ${expected} are new`, { inserted, expected });
  if (columns.untracked.length > 0) await session.query(overwriteUntrackedSql(target, columns));
  if (group.isCompleteSet && settings.expire_missing) {
    const expired = await changedRows(session, expireMissingSql(target, columns, setTime));
    if (expired !== missing) throw wrongCount(group, `${expired} versions were ended; ${missing} keys are missing`, { expired, missing });
  }
  const broken = await readCount(session, countBrokenKeysSql(target, columns), 'broken_keys');
  if (broken > 0) {
    throw new LoaderError('LOADER_HISTORY_BROKEN', { message: `${broken} keys of ${target.schema}.${target.table} would not have exactly one current version, or versions that end before they begin.`, details: { ...details, keys: broken } });
  }
  return { rowsInserted: inserted, rowsDeleted: 0 };
}

/** Leaves one version per key and time, of rows that are alike in every column; others cannot be ranked. */
async function onePerTime(session: RedshiftSession, group: StagedGroup, columns: HistoryColumns): Promise<void> {
  const countRepeated = (): Promise<number> => readCount(session, countRepeatedVersionsSql(columns), 'repeated_keys');
  if ((await countRepeated()) === 0) return;
  await session.query(forgetVersionsSql());
  await session.query(takeAlikeOnceSql(group.stage, columns, group.setTime));
  const repeated = await countRepeated();
  if (repeated > 0) throw repeatedKeys(group, { keys: group.keys, versions: columns.effective === null ? [] : [columns.effective] }, repeated);
}

async function refuseBackward(session: RedshiftSession, { target, setTime }: StagedGroup, columns: HistoryColumns): Promise<void> {
  const backward = await readCount(session, countBackwardSql(target, columns), 'backward_keys');
  if (backward === 0) return;
  throw new LoaderError('LOADER_HISTORY_BACKWARD', {
    message: `The snapshot of ${setTime} has other values for ${backward} keys of ${target.schema}.${target.table} whose current versions begin at or after that time.`,
    details: { schema: target.schema, table: target.table, keys: backward, snapshotTime: setTime },
  });
}

async function countMissing(session: RedshiftSession, { target }: StagedGroup, columns: HistoryColumns, maxPercent: number): Promise<number> {
  const [row] = (await session.query(countMissingSql(target, columns))).rows;
  const [current, missing] = [Number(row?.current_rows), Number(row?.missing_rows)];
  if (missing * 100 <= maxPercent * current) return missing;
  throw new LoaderError('LOADER_EXPIRE_LIMIT', {
    message: `${missing} of ${current} current rows of ${target.schema}.${target.table} are not in the snapshot; at most ${maxPercent} % may end in one load.`,
    details: { schema: target.schema, table: target.table, missing, current, maxExpirePercent: maxPercent },
  });
}
