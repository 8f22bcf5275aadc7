import { setTimeout as wait } from 'node:timers/promises';
import { isTidemarkError, type OpenTransactions } from '@tidemark/domain';
import { ExtractorError } from '../errors.ts';
import type { MysqlConnection } from '../ports.ts';
import { queryText, type TextRow } from './text-query.ts';

/**
 * trx_started is a time in the server's own zone, without saying which, so the session takes that zone for the conversion. In the hour that a clock
 * shows twice the earlier instant is taken.
 * https://mariadb.com/kb/en/information-schema-innodb_trx-table/
 */
const TRANSACTIONS =
  'SELECT trx_id AS id, trx_mysql_thread_id AS thread, trx_is_read_only AS readOnly, IF(FROM_UNIXTIME(UNIX_TIMESTAMP(trx_started) - 3600) = trx_started, UNIX_TIMESTAMP(trx_started) - 3600, UNIX_TIMESTAMP(trx_started)) AS started FROM information_schema.INNODB_TRX';

/** A statement that waits for a lock of its table has a time already, and no transaction yet. */
const WAITING = "SELECT ID AS id, UNIX_TIMESTAMP() - TIME AS started FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for %' AND INFO IS NOT NULL AND COMMAND = 'Query' AND ID <> ";

/**
 * The server answers from a copy that it renews only when nobody has asked for a tenth of a second, so an answer may be older than the question.
 * A transaction of the asking session is in every answer that was made after it began.
 * https://dev.mysql.com/doc/refman/8.4/en/innodb-information-schema-internal-data.html
 */
const OWN_TRANSACTION = 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY';
const COPY_AGE_MS = 150;
const ATTEMPTS = 40;

/**
 * The transactions that may write and are open on the server, and statements that wait to begin one.
 * @param connectionId the reader's own, which does not count
 * @throws ExtractorError `SOURCE_ACCESS_DENIED` without the PROCESS privilege: without it only the user's own would be seen;
 *   `SOURCE_TIMEOUT` when the server gives old answers only
 */
export async function readOpenTransactions(connection: MysqlConnection, connectionId: string, timeoutMs: number): Promise<OpenTransactions> {
  const ask = (sql: string) => queryText(connection, sql, 'looking for open transactions', timeoutMs);
  await ask("SET SESSION time_zone = 'SYSTEM'");
  await ask(OWN_TRANSACTION);
  const waiting = await ask(`${WAITING}${connectionId}`);
  const transactions = (await freshTransactions(ask, connectionId)).filter(({ thread, readOnly }) => thread !== connectionId && readOnly !== '1');
  // Rows are dated when their statement began, a moment before its transaction; and both times are told in whole seconds.
  const starts = [...waiting, ...transactions].map(({ started }) => Math.floor(Number(started)) - 1);
  return {
    ids: [...waiting.map(({ id }) => `statement ${id}`), ...transactions.map(({ id }) => `transaction ${id}`)],
    oldestStartUtc: starts.length === 0 ? null : `${new Date(Math.min(...starts) * 1000).toISOString().slice(0, 19).replace('T', ' ')}.000000`,
  };
}

async function freshTransactions(ask: (sql: string) => Promise<readonly TextRow[]>, connectionId: string): Promise<readonly TextRow[]> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const rows = await ask(TRANSACTIONS).catch((error: unknown) => {
      if (!isTidemarkError(error) || error.code !== 'SOURCE_ACCESS_DENIED') throw error;
      throw new ExtractorError('SOURCE_ACCESS_DENIED', {
        message: 'The user may not see the transactions of others: that needs the PROCESS privilege.',
        remedy: ['GRANT PROCESS ON *.* to the user.', 'Or choose another way with rows that are committed late: late_commits: lookback.'],
        details: { privilege: 'PROCESS' },
        cause: error,
      });
    });
    if (rows.some(({ thread }) => thread === connectionId)) return rows;
    await wait(COPY_AGE_MS);
  }
  throw new ExtractorError('SOURCE_TIMEOUT', { message: `The server gave ${ATTEMPTS} lists of open transactions that were older than the question.` });
}
