import { LoaderError } from '../errors.ts';
import type { RedshiftSession } from '../ports.ts';
import { listColumnsSql } from '../sql/catalog-sql.ts';
import { countRepeatedTargetKeysSql, deleteRepeatedSql, insertSinglesSql, takeSinglesSql } from '../sql/dedupe-sql.ts';
import type { MergeColumns } from '../sql/merge-sql.ts';
import type { StagedGroup } from './mode-loader.ts';
import { changedRows, readCount } from './staged-rows.ts';

/** An IDENTITY column takes no value. https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html */
const isIdentity = (row: Readonly<Record<string, unknown>>): boolean => String(row.column_default ?? '').startsWith('"identity"');

/**
 * Looks once, at the first batch of an epoch, whether keys repeat in the target: a merge would make one row of several without a
 * word. With `dedupeTarget` the newest row of each such key stays, by the version columns; any one where they are equal.
 *
 * @returns how many rows went
 * @throws LoaderError `TARGET_KEYS_REPEAT`
 */
export async function settleTargetKeys(session: RedshiftSession, { target, opensEpoch, dedupeTarget }: StagedGroup, columns: MergeColumns): Promise<number> {
  if (!opensEpoch) return 0;
  const repeated = await readCount(session, countRepeatedTargetKeysSql(target, columns), 'repeated_target_keys');
  if (repeated === 0) return 0;
  const keys = columns.keys.map((key) => key.name);
  if (!dedupeTarget) {
    throw new LoaderError('TARGET_KEYS_REPEAT', {
      message: `${repeated} keys (${keys.join(', ')}) have several rows in ${target.schema}.${target.table}; a merge would leave one of each.`,
      details: { schema: target.schema, table: target.table, keys, repeated },
    });
  }
  const { text, values } = listColumnsSql(target);
  const names = (await session.query(text, values)).rows.filter((row) => !isIdentity(row)).map((row) => String(row.column_name));
  await session.query(takeSinglesSql(target, names, columns));
  const deleted = await changedRows(session, deleteRepeatedSql(target, columns));
  return deleted - (await changedRows(session, insertSinglesSql(target, names)));
}
