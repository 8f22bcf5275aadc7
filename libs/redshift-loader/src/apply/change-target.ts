import { checkTransactionSql } from '@tidemark/ddl-optimizer';
import { LoaderError } from '../errors.ts';
import type { LoadGroup } from '../load-guards.ts';
import type { ModeResult } from '../modes/mode-loader.ts';
import type { RedshiftSession, TargetTable } from '../ports.ts';
import { judgeFailure } from '../session/failure.ts';
import { plainText } from '../session/plain-text.ts';

/**
 * Runs the change of a target table between the table's own statements, `pre_sql` and `post_sql`, all in the load transaction.
 * Every statement is checked once more before the first one runs: one that commits would tear the transaction apart.
 * @throws LoaderError `LOADER_OWN_SQL`, `LOADER_OWN_SQL_FAILED`
 */
export async function changeTarget(session: RedshiftSession, group: LoadGroup, change: () => Promise<ModeResult>): Promise<ModeResult> {
  const { pre_sql: before = [], post_sql: after = [], target } = group.first.manifest.frozen;
  for (const sql of [...before, ...after]) {
    const reason = checkTransactionSql(sql);
    if (reason === null) continue;
    throw new LoaderError('LOADER_OWN_SQL', { message: `A statement of pre_sql or post_sql of ${target.schema}.${target.table} ${reason}: ${sql}`, details: { schema: target.schema, table: target.table, sql } });
  }
  for (const sql of before) await runOwn(session, target, 'pre_sql', sql);
  const result = await change();
  for (const sql of after) await runOwn(session, target, 'post_sql', sql);
  return result;
}

/** What passes when it is tried again, or ends the session, is left to the transaction. */
async function runOwn(session: RedshiftSession, { schema, table }: Pick<TargetTable, 'schema' | 'table'>, place: 'pre_sql' | 'post_sql', sql: string): Promise<void> {
  try {
    await session.query(sql);
  } catch (cause) {
    const { kind, sqlState, message, detail } = judgeFailure(cause);
    if (kind !== 'other' && kind !== 'missing_relation' && kind !== 'denied') throw cause;
    const text = plainText([message, detail].filter((part) => part !== '').join(': '));
    throw new LoaderError('LOADER_OWN_SQL_FAILED', { message: `Redshift refused a statement of ${place} of ${schema}.${table}: ${text}: ${sql}`, details: { schema, table, place, sql, sqlState, redshift: text }, cause });
  }
}
