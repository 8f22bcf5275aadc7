import { setTimeout as wait } from 'node:timers/promises';
import type { ExtractionQuery } from '@tidemark/domain';
import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openConnections, runningQueries, testSource, type TestSource } from '../test/mysql-source.ts';
import { cursorColumn, queryOver, staged } from '../test/staged-columns.ts';
import { vectorValues } from '../test/vector-values.ts';
import type { BatchLimits, SourceBatch } from './ports.ts';
import { TableReader } from './table-reader.ts';

/** Rows of the table `big`: more than sockets and two batches hold. */
const BIG_ROWS = 65_536;
const LIMITS: BatchLimits = { maxBatchRows: 1000, maxBatchBytes: 1e9 };
const BIG = queryOver([staged('int64', { source: 'id' }), staged('utf8', { source: 'pad' })], { sql: 'SELECT id, pad FROM big ORDER BY id', cursor: [cursorColumn('id', 0, 'number')] });

let mysql: MysqlForTests;
let source: TestSource;
let reader: TableReader;
beforeAll(async () => {
  mysql = await mysqlForTests();
  source = testSource(mysql);
  reader = new TableReader(source, { progressTimeoutMs: 20_000 });
  await mysql.run("CREATE TABLE big (id BIGINT PRIMARY KEY, pad VARCHAR(400) NOT NULL)", "INSERT INTO big VALUES (1, REPEAT('x', 400))");
  for (let rows = 1; rows < BIG_ROWS; rows *= 2) await mysql.run(`INSERT INTO big SELECT id + ${rows}, pad FROM big`);
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

async function countRows(query: ExtractionQuery, limits = LIMITS, signal = new AbortController().signal, onBatch: (rows: number, batch: SourceBatch) => unknown = () => undefined): Promise<number> {
  let rows = 0;
  for await (const batch of reader.read(query, limits, signal)) {
    rows += batch.batch.rowCount;
    await onBatch(rows, batch);
  }
  return rows;
}

const lastConnectionId = (): number => source.opened.at(-1)!.threadId;

async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(async () => expect([await runningQueries(mysql), await openConnections(mysql)]).toEqual([[], 0]), { timeout: 5000, interval: 50 });
}

describe('I9: a reading ends at the server\'s final EOF, or throws', () => {
  test('a whole table is read in order, and nothing stays open', async () => {
    const last: string[] = [];
    expect(await countRows(BIG, LIMITS, undefined, (_rows, { batch }) => last.push(batch.lastCursor[0]!))).toBe(BIG_ROWS);
    expect(last.map(Number)).toEqual([...last.keys()].map((index) => Math.min((index + 1) * 1000, BIG_ROWS)));
    await expectNothingLeft();
  });

  test('KILL CONNECTION amid rows is an error at once', async () => {
    let killedAt = 0;
    const failing = countRows(BIG, LIMITS, undefined, async (rows) => {
      if (rows === 5000) {
        await mysql.run(`KILL ${lastConnectionId()}`);
        killedAt = performance.now();
      }
    });
    await expect(failing).rejects.toMatchObject({ code: 'SOURCE_CONNECTION_LOST', retry: 'now', exit: 13 });
    expect(performance.now() - killedAt).toBeLessThan(2000);
    await expectNothingLeft();
  });

  test('KILL QUERY amid rows is an error', async () => {
    const failing = countRows(BIG, LIMITS, undefined, async (rows) => {
      if (rows === 5000) await mysql.run(`KILL QUERY ${lastConnectionId()}`);
    });
    await expect(failing).rejects.toMatchObject({ code: 'SOURCE_QUERY_KILLED', retry: 'later' });
    await expectNothingLeft();
  });

  test('a time limit of the server amid rows is an error', async () => {
    const limited = { ...BIG, sql: mysql.isMariadb ? `SET STATEMENT max_statement_time = 1 FOR ${BIG.sql}` : BIG.sql.replace('SELECT', 'SELECT /*+ MAX_EXECUTION_TIME(1000) */') };
    const failing = countRows(limited, LIMITS, undefined, () => wait(100));
    await expect(failing).rejects.toMatchObject({ code: 'SOURCE_QUERY_KILLED' });
    await expectNothingLeft();
  });

  test('a socket that breaks amid rows is an error', async () => {
    const failing = countRows(BIG, LIMITS, undefined, (rows) => {
      if (rows === 5000) (source.opened.at(-1) as unknown as { stream: { destroy(): void } }).stream.destroy();
    });
    await expect(failing).rejects.toMatchObject({ code: 'SOURCE_CONNECTION_LOST' });
    await expectNothingLeft();
  });
});

describe('a reading that is given up', () => {
  test('an abort amid rows kills the query on the server and rejects promptly', async () => {
    const controller = new AbortController();
    const begun = performance.now();
    const failing = countRows(BIG, LIMITS, controller.signal, (rows) => {
      if (rows === 5000) controller.abort();
    });
    await expect(failing).rejects.toMatchObject({ code: 'SOURCE_CANCELLED' });
    expect(performance.now() - begun).toBeLessThan(3000);
    await expectNothingLeft();
  });

  test('an abort of a query that sends nothing ends it on the server', async () => {
    const slow = queryOver([staged('int64', { sourceType: 'expression' })], { sql: 'SELECT SLEEP(300) FROM big' });
    const controller = new AbortController();
    const failing = countRows(slow, LIMITS, controller.signal);
    const outcome = expect(failing).rejects.toMatchObject({ code: 'SOURCE_CANCELLED' });
    await vi.waitFor(async () => expect(await runningQueries(mysql)).toEqual([slow.sql]));
    controller.abort();
    await outcome;
    await expectNothingLeft();
  });

  test('leaving the loop early ends the query, paused or not', async () => {
    for (const pauseMs of [0, 300]) {
      for await (const { batch } of reader.read(BIG, LIMITS, new AbortController().signal)) {
        expect(batch.rowCount).toBe(1000);
        await wait(pauseMs);
        break;
      }
      expect(source.killed.at(-1)).toMatch(/^\d+$/);
      await expectNothingLeft();
    }
  });

  test('a query without progress is killed after the timeout', async () => {
    const impatient = new TableReader(source, { progressTimeoutMs: 500 });
    const reading = impatient.read(queryOver([staged('int64', { sourceType: 'expression' })], { sql: 'SELECT SLEEP(300)' }), LIMITS, new AbortController().signal);
    const begun = performance.now();
    await expect(reading.next()).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', details: { progressTimeoutMs: 500 } });
    expect(performance.now() - begun).toBeGreaterThan(450);
    await expectNothingLeft();
  });
});

test('a slow reader pauses the server and loses nothing; the timeout does not count the pause', async () => {
  const impatient = new TableReader(source, { progressTimeoutMs: 300 });
  let rows = 0;
  for await (const { batch } of impatient.read(BIG, LIMITS, new AbortController().signal)) {
    rows += batch.rowCount;
    if (rows === 3000) {
      await wait(1000);
      const [state] = await mysql.rows(`SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE USER = '${mysql.reader.username}' AND COMMAND = 'Query'`);
      expect(state!.n).toBe('1');
    }
  }
  expect(rows).toBe(BIG_ROWS);
});

test('rows of more than 16 MB', async () => {
  const [before] = await mysql.rows('SELECT @@GLOBAL.max_allowed_packet AS bytes');
  await mysql.run('SET GLOBAL max_allowed_packet = 134217728');
  await using writer = await mysql.connect();
  const lengths = [5, 16_777_206, 16_777_207, 16_777_208, 16_777_215, 16_777_216, 33_554_421, 40_000_000, 7];
  await writer.run('CREATE TABLE huge (id INT PRIMARY KEY, b LONGBLOB)');
  for (const [id, length] of lengths.entries()) await writer.run(`INSERT INTO huge VALUES (${id}, REPEAT('ab', ${Math.ceil(length / 2)}))`);
  const columns = [staged('int32', { source: 'id' }), staged('bytes', { source: 'b', sourceType: 'longblob' })];
  const found: number[] = [];
  const patient = new TableReader(source, { progressTimeoutMs: 60_000, maxRowBytes: 1e9 });
  for await (const { batch } of patient.read(queryOver(columns, { sql: 'SELECT id, b FROM huge ORDER BY id' }), { maxBatchRows: 3, maxBatchBytes: 30_000_000 }, new AbortController().signal)) {
    for (const value of vectorValues(batch.columns[1]!, columns[1]!)) {
      const text = value as string;
      found.push(text.length);
      expect(text === 'ab'.repeat(text.length / 2)).toBe(true);
    }
  }
  await mysql.run(`SET GLOBAL max_allowed_packet = ${before!.bytes}`);
  expect(found).toEqual(lengths.map((length) => 2 * Math.ceil(length / 2)));
  await expect(countRows(queryOver(columns, { sql: 'SELECT id, b FROM huge ORDER BY id', cursor: [cursorColumn('id', 0, 'number')] }))).rejects.toMatchObject({ code: 'DATA_ROW_OVERSIZE', exit: 20, details: { key: { id: '1' } } });
});

test('an empty result gives no batch', async () => {
  expect(await countRows({ ...BIG, sql: 'SELECT id, pad FROM big WHERE id < 0' })).toBe(0);
});

test('batches that end exactly at a limit', async () => {
  const sizes = async (sql: string, limits: BatchLimits): Promise<number[]> => {
    const found: number[] = [];
    await countRows({ ...BIG, sql }, limits, undefined, (_rows, { batch }) => found.push(batch.rowCount));
    return found;
  };
  expect(await sizes('SELECT id, pad FROM big ORDER BY id LIMIT 300', { maxBatchRows: 100, maxBatchBytes: 1e9 })).toEqual([100, 100, 100]);
  expect(await sizes('SELECT id, pad FROM big ORDER BY id LIMIT 301', { maxBatchRows: 100, maxBatchBytes: 1e9 })).toEqual([100, 100, 100, 1]);
  // 8 bytes of id, 4 of length, 400 of text
  expect(await sizes('SELECT id, pad FROM big ORDER BY id LIMIT 20', { maxBatchRows: 100, maxBatchBytes: 4120 })).toEqual([10, 10]);
  expect(await sizes('SELECT id, pad FROM big ORDER BY id LIMIT 20', { maxBatchRows: 100, maxBatchBytes: 4121 })).toEqual([11, 9]);
});

test('I8: a result that is not in the order of its range is refused', async () => {
  await expect(countRows({ ...BIG, sql: 'SELECT id, pad FROM big ORDER BY id DESC' })).rejects.toMatchObject({ code: 'SOURCE_ORDER_VIOLATION', details: { table: `${mysql.database}.big`, column: 'id', key: { id: String(BIG_ROWS - 1) } } });
  await expect(countRows({ ...BIG, after: ['1'] })).rejects.toMatchObject({ code: 'SOURCE_ORDER_VIOLATION' });
  await expect(countRows({ ...BIG, below: '1000' })).rejects.toMatchObject({ code: 'SOURCE_ORDER_VIOLATION' });
  await expect(countRows({ ...BIG, maxRows: 10 })).rejects.toMatchObject({ code: 'SOURCE_ROW_COUNT' });
  await expectNothingLeft();
});

test('readings run side by side', async () => {
  expect(await Promise.all(Array.from({ length: 4 }, () => countRows(BIG)))).toEqual([BIG_ROWS, BIG_ROWS, BIG_ROWS, BIG_ROWS]);
});

test('through TLS and through compression the same arrives', async () => {
  for (const options of [{ ssl: { rejectUnauthorized: false } }, { compress: true }]) {
    const other = new TableReader(testSource(mysql, options), { progressTimeoutMs: 20_000 });
    let rows = 0;
    for await (const { batch } of other.read(BIG, LIMITS, new AbortController().signal)) rows += batch.rowCount;
    expect(rows).toBe(BIG_ROWS);
  }
});

test('a probe tells whether there are rows', async () => {
  expect(await reader.hasRows('SELECT 1 FROM big WHERE id = 1 LIMIT 1')).toBe(true);
  expect(await reader.hasRows('SELECT 1 FROM big WHERE id = 0 LIMIT 1')).toBe(false);
});
