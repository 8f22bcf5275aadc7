import { createStrategy, describableQuery, type CustomSqlSettings, type Reading, type Strategy, type StrategySettings } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import { openMysqlConnection } from '@tidemark/connections';
import { DEFAULT_TYPE_POLICIES, planTable } from '@tidemark/ddl-optimizer';
import { Secret, type Position, type SourceTable, type StagedColumn } from '@tidemark/domain';
import { TableReader } from '@tidemark/extractor';
import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readText } from '../src/engine/fix-bound.ts';
import { previewTables } from '../src/engine/plan-pipeline.ts';
import { settleTimestampFormat } from '../src/engine/strategy-settings.ts';
import { MEMORY_SETTINGS, MEMORY_TABLE } from '../src/testing/index.ts';

const { signal } = new AbortController();
const TIME = { timestampColumn: 'updated_at', idColumn: null, timestampFormat: 'datetime', lagMs: 5000, lookbackMs: 2_000, nullCursor: 'fail', additionalWhere: null, cursorTimeZone: 'UTC' } as const;
const QUERY = 'SELECT o.id, o.updated_at, UPPER(o.state) AS shouted, o.ratio AS share FROM orders o WHERE o.updated_at > :last_timestamp AND o.updated_at < :until_timestamp';
const CUSTOM: CustomSqlSettings = { ...TIME, idColumn: 'id', query: QUERY, idLookback: 0, isWhole: false };

/** Rows `seq` from 1 to at most 10,000, on any server. */
const numbersTo = (count: number): string => `(SELECT 1 + a.digit + 10 * b.digit + 100 * c.digit + 1000 * d.digit AS seq FROM digits a, digits b, digits c, digits d) numbers WHERE seq <= ${count}`;

let mysql: MysqlForTests;
let reader: TableReader;

beforeAll(async () => {
  mysql = await mysqlForTests();
  const { host, port, database, reader: login } = mysql;
  const openConnection = () => openMysqlConnection({ name: 'SHOP_RO', host, port, database, username: login.username, password: new Secret(login.password), tls: { mode: 'preferred', caFile: null } });
  reader = new TableReader({ openConnection, killQuery: () => Promise.reject(new Error('no reading is given up here')) }, { progressTimeoutMs: 30_000 });
  await mysql.run(
    "SET SESSION time_zone = '+00:00'",
    'CREATE TABLE digits (digit INT)', 'INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)',
    'CREATE TABLE orders (id BIGINT UNSIGNED PRIMARY KEY, updated_at DATETIME(3) NOT NULL, changed BIGINT NOT NULL, state VARCHAR(20), ratio DECIMAL(10,2) NOT NULL, KEY cursor_key (updated_at, id), KEY changed_key (changed, id))',
    `INSERT INTO orders SELECT seq, '2026-01-01' + INTERVAL (seq DIV 40) SECOND, 1767225600 + seq DIV 40, IF(seq % 3 = 0, 'x', NULL), seq / 4 FROM ${numbersTo(2000)}`,
    'CREATE TABLE shipments (shop VARCHAR(10) NOT NULL, code VARCHAR(20) NOT NULL, day DATE NOT NULL, amount DECIMAL(20,4) NOT NULL, updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), PRIMARY KEY (shop, code, amount), KEY cursor_key (updated_at))',
    `INSERT INTO shipments SELECT CONCAT('s', seq % 3), CONCAT('Ä', seq DIV 7, IF(seq % 2 = 0, 'b', 'A')), '2026-01-01', seq / 10000, '2026-01-01 00:00:00' + INTERVAL (seq DIV 100) SECOND FROM ${numbersTo(900)}`,
    'ANALYZE TABLE orders, shipments',
  );
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

function columnsOf(table: SourceTable): readonly StagedColumn[] {
  return planTable(table, { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [] }).columns;
}

/** Every row's cursor, in the order in which a run reads them; queries of at most `limit` rows. */
async function walk(reading: Reading, limit: number): Promise<string[]> {
  const seen: string[] = [];
  for (let after: Position | null = null; ; ) {
    const cutQuery = reading.cut(after, limit);
    const cut = cutQuery === null ? null : await readText(reader, cutQuery, signal);
    let rows = 0;
    for await (const { batch } of reader.read(reading.query(after, reading.isPaged ? limit : null, cut), { maxBatchRows: 1, maxBatchBytes: 1e6 }, signal)) {
      rows += batch.rowCount;
      seen.push(batch.lastCursor.join('|'));
      after = reading.positionOf(batch.lastCursor);
    }
    if (!reading.isPaged || (cutQuery === null ? rows < limit : cut === null)) return seen;
  }
}

async function strategyOf(name: string, settings: StrategySettings): Promise<{ readonly strategy: Strategy; readonly columns: readonly StagedColumn[] }> {
  const table = settings.strategy === 'custom_sql' ? await reader.describeQuery(mysql.database, name, describableQuery(settings, name)) : await reader.describe(mysql.database, name);
  return { strategy: createStrategy(table, settings), columns: columnsOf(table) };
}

async function incrementOf(name: string, settings: StrategySettings): Promise<{ readonly reading: Reading; readonly lookbackAt: (position: Position) => Reading | null }> {
  const { strategy, columns } = await strategyOf(name, settings);
  if (strategy.kind !== 'incremental') throw new Error('it reads increments');
  const byClock = strategy.bound((await reader.clock()).nowUtc);
  const bound = byClock ?? strategy.boundAtNewest(await readText(reader, strategy.newest(null), signal));
  return { reading: strategy.increment(columns, bound!), lookbackAt: (position) => strategy.lookback(columns, position, bound!) };
}

const expected = async (sql: string) => (await mysql.rows(sql)).map((row) => Object.values(row).join('|'));

describe('every row once, in the server\'s order, across ties and batch borders', () => {
  test.each([
    ['hybrid', 'orders', { strategy: 'hybrid', ...TIME }, 'SELECT updated_at, id FROM orders ORDER BY 1, 2'],
    ['hybrid by seconds since 1970', 'orders', { strategy: 'hybrid', ...TIME, timestampColumn: 'changed', timestampFormat: 'unix' }, 'SELECT changed, id FROM orders ORDER BY 1, 2'],
    ['hybrid with a key of texts and a decimal', 'shipments', { strategy: 'hybrid', ...TIME }, 'SELECT updated_at, shop, code, amount FROM shipments ORDER BY 1, 2, 3, 4'],
    ['timestamp_only', 'shipments', { strategy: 'timestamp_only', ...TIME }, 'SELECT updated_at FROM shipments ORDER BY 1'],
    ['id_only', 'orders', { strategy: 'id_only', idColumn: null, idLookback: 0, additionalWhere: null }, 'SELECT id FROM orders ORDER BY 1'],
    ['id_only by a text that is not unique', 'shipments', { strategy: 'id_only', idColumn: 'code', idLookback: 0, additionalWhere: 'amount > 0.01' }, 'SELECT code, shop, amount FROM shipments WHERE amount > 0.01 ORDER BY 1, 2, 3'],
    ['custom_sql', 'orders', { strategy: 'custom_sql', ...CUSTOM }, 'SELECT updated_at, id FROM orders ORDER BY 1, 2'],
    ['custom_sql by its timestamp', 'orders', { strategy: 'custom_sql', ...CUSTOM, idColumn: null, query: `${QUERY} GROUP BY o.id` }, 'SELECT updated_at FROM orders ORDER BY 1'],
    ['custom_sql by its id', 'orders', { strategy: 'custom_sql', ...CUSTOM, timestampColumn: null, query: 'SELECT id, state FROM orders WHERE id > :last_id AND id < :until_id LIMIT :limit' }, 'SELECT id FROM orders ORDER BY 1'],
  ] as const)('%s', async (_name, table, settings, sql) => {
    const all = await expected(sql);
    for (const limit of [37, 100, 5000]) expect(await walk((await incrementOf(table, settings)).reading, limit)).toEqual(all);
  });

  test('full_sync, in pages and by one query', async () => {
    const { strategy, columns } = await strategyOf('shipments', { strategy: 'full_sync', resumable: false, additionalWhere: null });
    if (strategy.kind !== 'snapshot') throw new Error('it is read whole');
    expect(await walk(strategy.snapshot(columns), 64)).toEqual(await expected('SELECT shop, code, amount FROM shipments ORDER BY 1, 2, 3'));
    const whole = await strategyOf('orders', { strategy: 'custom_sql', ...CUSTOM, isWhole: true, query: 'SELECT id FROM orders', timestampColumn: null, idColumn: null });
    if (whole.strategy.kind !== 'snapshot') throw new Error('it is read whole');
    expect(await walk(whole.strategy.snapshot(whole.columns), 64)).toHaveLength(2000);
  });
});

test('custom_sql: columns and their types are those of the result', async () => {
  const table = await reader.describeQuery(mysql.database, 'orders', describableQuery({ ...CUSTOM, query: `SELECT o.id, o.updated_at, UPPER(o.state) AS shouted, o.ratio * 2 AS doubled, NOW(6) AS at, X'00' AS raw, 1.5E0 AS f FROM orders o WHERE o.updated_at > :last_timestamp AND o.updated_at < :until_timestamp` }, 'orders'));
  expect(table.columns.map(({ name, columnType, isNullable }) => [name, columnType, isNullable])).toEqual([
    ['id', 'bigint unsigned', false], ['updated_at', 'datetime(3)', false], ['shouted', expect.stringMatching(/^varchar\((20|40)\)$/), true], ['doubled', expect.stringMatching(/^decimal\(\d+,2\)$/), false], ['at', expect.stringMatching(/^(datetime|timestamp)\(6\)$/), false], ['raw', 'varbinary(1)', false], ['f', 'double', false],
  ]);
  await expect(reader.describeQuery(mysql.database, 'orders', 'SELECT id, id FROM orders')).rejects.toMatchObject({ exit: expect.any(Number) as number });
});

test('custom_sql: the session of a query cannot write', async () => {
  await mysql.run('CREATE FUNCTION leave_a_mark() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN DELETE FROM orders; RETURN 1; END', `GRANT EXECUTE ON *.* TO '${mysql.reader.username}'@'%'`);
  await expect(incrementOf('orders', { strategy: 'custom_sql', ...CUSTOM, query: `${QUERY} AND leave_a_mark() = 1` })).rejects.toMatchObject({ kind: 'source', details: { errno: 1792 } });
  expect((await mysql.rows('SELECT COUNT(*) AS n FROM orders'))[0]).toEqual({ n: '2000' });
});

describe('MariaDB answers by seeking into the index', () => {
  const at = (columns: readonly string[], values: readonly string[]): Position => ({ kind: 'keyset', columns, values });

  test.each([
    ['hybrid', { strategy: 'hybrid', ...TIME }, at(['updated_at', 'id'], ['2026-01-01 00:00:49.000', '1965']), 'cursor_key'],
    ['hybrid by seconds since 1970', { strategy: 'hybrid', ...TIME, timestampColumn: 'changed', timestampFormat: 'unix' }, at(['changed', 'id'], ['1767225649', '1965']), 'changed_key'],
    ['timestamp_only', { strategy: 'timestamp_only', ...TIME }, { kind: 'tick', column: 'updated_at', value: '2026-01-01 00:00:49.000' }, 'cursor_key'],
    ['id_only', { strategy: 'id_only', idColumn: null, idLookback: 20, additionalWhere: null }, at(['id'], ['1965']), 'PRIMARY'],
    ['custom_sql', { strategy: 'custom_sql', ...CUSTOM }, at(['updated_at', 'id'], ['2026-01-01 00:00:49.000', '1965']), 'cursor_key'],
  ] as const)('%s', async (_name, settings, position, key) => {
    const { reading, lookbackAt } = await incrementOf('orders', settings);
    const queries = [reading.query(position, 10), reading.cut(position, 10)];
    for (const query of queries) {
      if (query === null) continue;
      const [plan] = await reader.explain(query.sql);
      expect(plan).toMatchObject({ type: 'range', key });
      expect(Number(plan!['rows'])).toBeLessThan(200);
      expect(plan!['Extra'] ?? '').not.toContain('filesort');
    }
    const [window] = await reader.explain(lookbackAt(position)?.query(null, 10).sql ?? reading.query(position, 10).sql);
    expect(window).toMatchObject({ type: 'range', key });
  });

  test('full_sync pages by the primary key', async () => {
    const { strategy, columns } = await strategyOf('orders', { strategy: 'full_sync', resumable: true, additionalWhere: null });
    if (strategy.kind !== 'snapshot') throw new Error('it is read whole');
    const [plan] = await reader.explain(strategy.snapshot(columns).query({ kind: 'pk', columns: ['id'], values: ['1965'] }, 10).sql);
    expect(plan).toMatchObject({ type: 'range', key: 'PRIMARY' });
  });
});

describe('timestamp_format: auto', () => {
  const NOW_S = '1767225600';
  beforeAll(async () => {
    await mysql.run(
      'CREATE TABLE by_seconds (id INT PRIMARY KEY, updated_at INT UNSIGNED NOT NULL, KEY (updated_at, id))', `INSERT INTO by_seconds SELECT seq, ${NOW_S} + seq DIV 3 FROM ${numbersTo(20)}`,
      'CREATE TABLE by_ms (id INT PRIMARY KEY, updated_at BIGINT NOT NULL, KEY (updated_at, id))', `INSERT INTO by_ms SELECT seq, ${NOW_S}000 + seq DIV 3 FROM ${numbersTo(20)}`,
      'CREATE TABLE by_nothing LIKE by_ms',
    );
  });

  const auto = (table: string, strategy: 'hybrid' | 'timestamp_only' = 'hybrid'): ResolvedTable => ({
    ...MEMORY_TABLE, name: `${mysql.database}.${table}`, scopedName: `SHOP_RO:${mysql.database}.${table}`, loadMode: 'merge', mergeKeys: ['id'],
    reading: { strategy, timestampColumn: 'updated_at', idColumn: null, timestampFormat: 'auto', lagMs: 5000, lookbackMs: 2000, lateCommits: 'lookback', nullCursor: 'fail', additionalWhere: null },
  });

  test.each([['by_seconds', 'unix'], ['by_ms', 'unix_ms'], ['by_nothing', 'unix'], ['orders', 'datetime']] as const)('%s is %s, by the newest value', async (table, format) => {
    expect((await settleTimestampFormat(reader, await reader.describe(mysql.database, table), auto(table), signal)).reading).toMatchObject({ timestampFormat: format });
  });

  test.each([['by_seconds', 'hybrid', 1], ['by_seconds', 'timestamp_only', 1], ['by_ms', 'hybrid', 1000], ['by_ms', 'timestamp_only', 1000]] as const)('a run of %s by %s ends lag before now, in the unit of the column', async (table, strategy, perSecond) => {
    const serverMs = async () => Date.parse(`${(await reader.clock()).nowUtc.slice(0, 23).replace(' ', 'T')}Z`);
    const before = await serverMs();
    const [{ bound, increment } = { bound: null, increment: null }] = await previewTables(MEMORY_SETTINGS, [auto(table, strategy)], { source: reader, watermarks: null });
    const boundMs = (Number(bound) / perSecond) * 1000;
    expect(boundMs).toBeGreaterThanOrEqual(before - 7000);
    expect(boundMs).toBeLessThanOrEqual((await serverMs()) - 5000);
    expect(await mysql.rows(increment!.sql)).toHaveLength(strategy === 'hybrid' ? MEMORY_TABLE.processing.batchSize : 20);
    expect(increment!.index).toBe('updated_at');
  });
});
