import { afterAll, beforeAll, expect, test } from 'vitest';
import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import type { ExtractionQuery, Position } from '@tidemark/domain';
import { ORDERS, SETTINGS, STAGED } from '../test/orders-table.ts';
import { HybridStrategy } from './hybrid-strategy.ts';

let mysql: MysqlForTests;
let strategy: HybridStrategy;

beforeAll(async () => {
  mysql = await mysqlForTests();
  await mysql.run(
    'CREATE TABLE orders (id BIGINT PRIMARY KEY, updated_at DATETIME(6) NOT NULL, state VARCHAR(20), pad CHAR(200) NOT NULL DEFAULT "x", KEY cursor_key (updated_at, id))',
    "INSERT INTO orders (id, updated_at, state) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i, '2026-01-01 00:00:00' + INTERVAL (i DIV 50) SECOND, NULL FROM n",
    "INSERT INTO orders (id, updated_at) SELECT id + 1000, updated_at FROM orders",
    'ANALYZE TABLE orders',
  );
  strategy = new HybridStrategy({ ...ORDERS, schema: mysql.database }, SETTINGS);
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

const bound = { column: 'updated_at', value: '2026-01-02 00:00:00.000000' };

async function idsOf(query: ExtractionQuery): Promise<number[]> {
  return (await mysql.rows(query.sql)).map((row) => Number(row['c0']));
}

test('increments of any size walk every row once, in order, across ties', async () => {
  const all = (await mysql.rows('SELECT id FROM orders ORDER BY updated_at, id')).map((row) => Number(row['id']));
  for (const limit of [7, 100, 101, 5000]) {
    const seen: number[] = [];
    for (let after: Position | null = null; ; ) {
      const rows = await mysql.rows(strategy.increment(STAGED, bound).query(after, limit).sql);
      seen.push(...rows.map((row) => Number(row['c0'])));
      if (rows.length < limit) break;
      const last = rows.at(-1)!;
      after = strategy.increment(STAGED, bound).positionOf([last['c1']!, last['c0']!]);
    }
    expect(seen).toEqual(all);
  }
});

test('the lookback and the increment divide the rows at the cursor: none is in both, none in neither', async () => {
  const position = strategy.positionFromInput({ timestamp: '2026-01-01 00:00:05.000000', id: '270' });
  const back = await idsOf(strategy.lookback(STAGED, position, bound)!.query(null, 10_000));
  const on = await idsOf(strategy.increment(STAGED, bound).query(position, 10_000));
  expect(new Set([...back, ...on]).size).toBe(1800);
  expect(back.length + on.length).toBe(1800);
});

test.each([
  ['increment', () => strategy.increment(STAGED, bound).query(strategy.positionFromInput({ timestamp: '2026-01-01 00:00:17.000000', id: '1899' }), 10)],
  ['first load page', () => strategy.firstLoad(STAGED, null)!.query({ kind: 'pk', columns: ['id'], values: ['1890'] }, 5)],
])('the server answers an %s by seeking into the index', async (_name, query) => {
  const [plan] = await mysql.rows(`EXPLAIN FORMAT=TRADITIONAL ${query().sql}`);
  expect(plan!['type']).toBe('range');
  expect(plan!['Extra'] ?? '').not.toContain('filesort');
  expect(Number(plan!['rows'])).toBeLessThan(100);
});

test('a foreign key that changes rows with another table does not touch their ON UPDATE CURRENT_TIMESTAMP', async () => {
  await mysql.run(
    'CREATE TABLE shops (id INT PRIMARY KEY)',
    'CREATE TABLE visits (id INT PRIMARY KEY, shop_id INT, updated_at DATETIME(6) NOT NULL ON UPDATE CURRENT_TIMESTAMP(6), FOREIGN KEY (shop_id) REFERENCES shops (id) ON UPDATE CASCADE ON DELETE SET NULL)',
    'INSERT INTO shops VALUES (1), (2)',
    "INSERT INTO visits VALUES (1, 1, '2026-01-01'), (2, 2, '2026-01-01'), (3, 2, '2026-01-01')",
    'UPDATE shops SET id = 10 WHERE id = 1',
    'DELETE FROM shops WHERE id = 2',
    'UPDATE visits SET shop_id = 10 WHERE id = 3',
  );
  expect(await mysql.rows("SELECT id, shop_id AS shop, updated_at > '2026-01-01' AS touched FROM visits ORDER BY id")).toEqual([
    { id: '1', shop: '10', touched: '0' }, { id: '2', shop: null, touched: '0' }, { id: '3', shop: '10', touched: '1' },
  ]);
});
