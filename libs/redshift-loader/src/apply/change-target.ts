import { checkTransactionSql } from '@tidemark/ddl-optimizer';
import { LoaderError } from '../errors.ts';
import type { LoadGroup } from '../load-guards.ts';
import type { ModeResult } from '../modes/mode-loader.ts';
import type { RedshiftSession } from '../ports.ts';

/**
 * Runs the change of a target table between the table's own statements, `pre_sql` and `post_sql`, all in the load transaction.
 * Every statement is checked once more before the first one runs: one that commits would tear the transaction apart.
 * @throws LoaderError `LOADER_OWN_SQL`
 */
export async function changeTarget(session: RedshiftSession, group: LoadGroup, change: () => Promise<ModeResult>): Promise<ModeResult> {
  const { pre_sql: before = [], post_sql: after = [], target } = group.first.manifest.frozen;
  for (const sql of [...before, ...after]) {
    const reason = checkTransactionSql(sql);
    if (reason === null) continue;
    throw new LoaderError('LOADER_OWN_SQL', { message: `A statement of pre_sql or post_sql of ${target.schema}.${target.table} ${reason}: ${sql}`, details: { schema: target.schema, table: target.table, sql } });
  }
  for (const sql of before) await session.query(sql);
  const result = await change();
  for (const sql of after) await session.query(sql);
  return result;
}
