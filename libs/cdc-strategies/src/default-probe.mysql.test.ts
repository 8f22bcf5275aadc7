import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ORDERS } from '../test/orders-table.ts';
import { defaultProbe } from './default-probe.ts';

let mysql: MysqlForTests;
beforeAll(async () => {
  mysql = await mysqlForTests();
  await mysql.run(
    'CREATE TABLE orders (id BIGINT PRIMARY KEY, updated_at DATETIME(6) NOT NULL)',
    "INSERT INTO orders VALUES (1, '2026-01-01 00:00:00'), (2, '2026-01-02 00:00:00'), (3, '2026-01-03 00:00:00')",
    "ALTER TABLE orders ADD COLUMN five INT NOT NULL DEFAULT 5, ADD COLUMN none VARCHAR(10), ADD COLUMN moved INT DEFAULT 5, ADD COLUMN later INT DEFAULT 5",
    'ALTER TABLE orders ALTER COLUMN moved SET DEFAULT 6',
    "UPDATE orders SET later = 9, none = 'x' WHERE id = 3",
  );
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

const upTo = (day: number) => ({ kind: 'keyset', columns: ['updated_at', 'id'], values: [`2026-01-0${day} 00:00:00.000000`, String(day)] }) as const;

test.each([
  ['five', 3, false], ['none', 2, false], ['later', 2, false],
  ['none', 3, true], ['later', 3, true], ['moved', 1, true],
] as const)('%s, read through day %i: some row differs: %s', async (column, day, differs) => {
  const table = { ...ORDERS, schema: mysql.database };
  expect((await mysql.rows(defaultProbe(table, column, upTo(day))!)).length > 0).toBe(differs);
});

test('positions of other kinds', async () => {
  const table = { ...ORDERS, schema: mysql.database };
  expect(await mysql.rows(defaultProbe(table, 'later', { kind: 'pk', columns: ['id'], values: ['2'] })!)).toEqual([]);
  expect(await mysql.rows(defaultProbe(table, 'later', { kind: 'tick', column: 'updated_at', value: '2026-01-03 00:00:00.000000' })!)).toHaveLength(1);
  expect(defaultProbe(table, 'later', { kind: 'gtid', gtid: 'a:1' })).toBeNull();
});
