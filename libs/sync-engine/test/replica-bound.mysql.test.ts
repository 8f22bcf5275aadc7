import { HybridStrategy } from '@tidemark/cdc-strategies';
import { openMysqlConnection } from '@tidemark/connections';
import { Secret, type Bound } from '@tidemark/domain';
import { TableReader } from '@tidemark/extractor';
import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixBound } from '../src/engine/fix-bound.ts';

const CURSOR = { timestampColumn: 'updated_at', idColumn: 'id', timestampFormat: 'datetime', lagMs: 5000, lookbackMs: 0, nullCursor: 'fail', additionalWhere: null, cursorTimeZone: 'UTC' } as const;

let mysql: MysqlForTests;
let reader: TableReader;

beforeAll(async () => {
  mysql = await mysqlForTests();
  const { host, port, database, reader: login } = mysql;
  const openConnection = () => openMysqlConnection({ name: 'SHOP_RO', host, port, database, username: login.username, password: new Secret(login.password), tls: { mode: 'preferred', caFile: null } });
  reader = new TableReader({ openConnection, killQuery: () => Promise.reject(new Error('no reading is given up here')) }, { progressTimeoutMs: 30_000 });
});
afterAll(async () => {
  await mysql.run('SET GLOBAL read_only = 0');
  await mysql[Symbol.asyncDispose]();
});

async function boundOf(type: string, ...values: readonly string[]): Promise<Bound | null> {
  await mysql.run('SET GLOBAL read_only = 0', "SET SESSION time_zone = '+00:00'", 'DROP TABLE IF EXISTS orders', `CREATE TABLE orders (id INT PRIMARY KEY, updated_at ${type} NULL)`);
  for (const [id, value] of values.entries()) await mysql.run(`INSERT INTO orders VALUES (${id}, ${value})`);
  await mysql.run('SET GLOBAL read_only = 1');
  const strategy = new HybridStrategy(await reader.describe(mysql.database, 'orders'), CURSOR);
  return fixBound({ source: reader, strategy, lateCommits: 'lookback', guardTimeoutMs: 1000, signal: new AbortController().signal });
}

test.each([
  ['DATETIME', '2026-01-31 12:00:05'],
  ['DATETIME(6)', '2026-01-31 12:00:05.000100'],
  ['TIMESTAMP(3) NULL DEFAULT NULL', '2026-01-31 12:00:05.120'],
])('a replica ends at its newest %s; rows without one and rows dated ahead do not count', async (type, newest) => {
  expect(await boundOf(type, "'2026-01-31 12:00:04'", `'${newest}'`, 'NULL', "'2037-01-01 00:00:00'")).toEqual({ column: 'updated_at', value: newest });
});

test('a replica whose table is empty ends before any row', async () => {
  expect(await boundOf('TIMESTAMP NULL DEFAULT NULL')).toEqual({ column: 'updated_at', value: '1971-01-01 00:00:00' });
});
