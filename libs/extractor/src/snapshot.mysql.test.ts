import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openConnections, runningQueries, testSource, type TestSource } from '../test/mysql-source.ts';
import { cursorColumn, queryOver, staged } from '../test/staged-columns.ts';
import type { SnapshotSession } from './reading/snapshot-session.ts';
import { TableReader } from './table-reader.ts';

const LIMITS = { maxBatchRows: 10, maxBatchBytes: 1e9 };
const page = (after: number, limit = 20) => queryOver([staged('int64', { source: 'id' })], { sql: `SELECT id FROM t WHERE id > ${after} ORDER BY id LIMIT ${limit}`, cursor: [cursorColumn('id', 0, 'number')] });

let mysql: MysqlForTests;
let source: TestSource;
let reader: TableReader;
/** A query of whole numbers; every server has it. */
const numbers = (from: number, to: number): string => `WITH RECURSIVE n AS (SELECT ${from} AS i UNION ALL SELECT i + 1 FROM n WHERE i < ${to}) SELECT i FROM n`;

beforeAll(async () => {
  mysql = await mysqlForTests();
  source = testSource(mysql);
  reader = new TableReader(source, { progressTimeoutMs: 20_000 });
});
beforeEach(async () => {
  await mysql.run('DROP TABLE IF EXISTS t', 'CREATE TABLE t (id BIGINT PRIMARY KEY)', `INSERT INTO t ${numbers(1, 50)}`);
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

async function countOf(snapshot: SnapshotSession, after: number, limit?: number): Promise<number> {
  let rows = 0;
  for await (const { batch } of snapshot.read(page(after, limit), LIMITS, new AbortController().signal)) rows += batch.rowCount;
  return rows;
}

const nothingLeft = () => vi.waitFor(async () => expect([await runningQueries(mysql), await openConnections(mysql)]).toEqual([[], 0]), { timeout: 5000, interval: 50 });

describe('a snapshot', () => {
  test('is of the moment it began, page after page, and leaves nothing behind', async () => {
    const snapshot = await reader.snapshot();
    await mysql.run('DELETE FROM t WHERE id > 5', `INSERT INTO t ${numbers(100, 200)}`);
    expect([await countOf(snapshot, 0), await countOf(snapshot, 20), await countOf(snapshot, 40)]).toEqual([20, 20, 10]);
    await snapshot.close();
    await snapshot.close();
    await nothingLeft();
    await expect(countOf(snapshot, 0)).rejects.toMatchObject({ code: 'SOURCE_CANCELLED' });
  });

  test('I9: whose connection dies between two pages fails the next one', async () => {
    const snapshot = await reader.snapshot();
    await countOf(snapshot, 0);
    await mysql.run(`KILL ${source.opened.at(-1)!.threadId}`);
    await expect(countOf(snapshot, 20)).rejects.toMatchObject({ code: 'SOURCE_CONNECTION_LOST' });
    await snapshot.close();
    await nothingLeft();
  });

  test('a page that is left early ends the snapshot', async () => {
    const snapshot = await reader.snapshot();
    for await (const batch of snapshot.read(page(0), LIMITS, new AbortController().signal)) {
      expect(batch.batch.rowCount).toBe(10);
      break;
    }
    await expect(countOf(snapshot, 20)).rejects.toMatchObject({ code: 'SOURCE_CANCELLED' });
    await snapshot.close();
    await nothingLeft();
  });

  test('an abort stops it', async () => {
    const snapshot = await reader.snapshot();
    const reading = snapshot.read(page(0), LIMITS, AbortSignal.abort())[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toMatchObject({ code: 'SOURCE_CANCELLED' });
    await snapshot.close();
    await nothingLeft();
  });
});

describe('open transactions', () => {
  test('are those of others that may write, with the start of the oldest; a statement that waits for a table counts', async () => {
    await mysql.run(`GRANT PROCESS ON *.* TO '${mysql.reader.username}'@'%'`);
    expect(await reader.openTransactions()).toEqual({ ids: [], oldestStartUtc: null });
    const before = Date.now();
    const [first] = await mysql.rows('SELECT UNIX_TIMESTAMP() AS second');
    await mysql.run('BEGIN', 'INSERT INTO t VALUES (1000)');
    const { ids, oldestStartUtc } = await reader.openTransactions();
    expect(ids).toEqual([expect.stringMatching(/^transaction \d+$/)]);
    expect(Math.abs(Date.parse(`${oldestStartUtc!.replace(' ', 'T')}Z`) - before)).toBeLessThan(30_000);
    // Were the second over right after the statement began, its transaction would be of the next one.
    const [began] = await mysql.rows("SELECT UNIX_TIMESTAMP(trx_started) AS second FROM information_schema.INNODB_TRX WHERE trx_is_read_only = 0");
    expect(Number(began!['second'])).toBeGreaterThanOrEqual(Number(first!['second']));
    expect(Date.parse(`${oldestStartUtc!.replace(' ', 'T')}Z`) / 1000).toBe(Number(began!['second']) - 1);
    expect((await reader.openTransactions()).ids).toEqual(ids);
    await mysql.run('COMMIT');
    expect((await reader.openTransactions()).ids).toEqual([]);
  });

  test('without PROCESS the missing right is named', async () => {
    await mysql.run(`REVOKE PROCESS ON *.* FROM '${mysql.reader.username}'@'%'`);
    await expect(reader.openTransactions()).rejects.toMatchObject({ code: 'SOURCE_ACCESS_DENIED', exit: 12, message: expect.stringContaining('PROCESS') as string, details: { privilege: 'PROCESS' } });
  });
});

test('EXPLAIN gives its rows as text', async () => {
  expect(await reader.explain('SELECT id FROM t WHERE id > 3')).toEqual([expect.objectContaining({ table: 't', key: 'PRIMARY', type: 'range' })]);
});

test('rows that share a cursor are in order where the query has ties, and only there', async () => {
  const tied = queryOver([staged('int64', { source: 'v' })], { sql: 'SELECT CAST(1 AS SIGNED) AS v FROM (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) AS three', cursor: [cursorColumn('v', 0, 'number')] });
  const rows = async (query: typeof tied) => {
    let count = 0;
    for await (const { batch } of reader.read(query, LIMITS, new AbortController().signal)) count += batch.rowCount;
    return count;
  };
  expect(await rows({ ...tied, hasTies: true, after: ['1'] })).toBe(3);
  await expect(rows({ ...tied, hasTies: true, after: ['2'] })).rejects.toMatchObject({ code: 'SOURCE_ORDER_VIOLATION' });
  await expect(rows(tied)).rejects.toMatchObject({ code: 'SOURCE_ORDER_VIOLATION' });
});
