import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import type { Position } from '@tidemark/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceColumn, STAGED } from '../test/orders-table.ts';
import { HybridStrategy } from './hybrid-strategy.ts';

const SETTINGS = { timestampFormat: 'datetime', lagMs: 0, lookbackMs: 60_000, nullCursor: 'fail', cursorTimeZone: 'UTC' } as const;
const BOUND = { value: '2026-01-02 00:00:00' };

let mysql: MysqlForTests;

beforeAll(async () => {
  mysql = await mysqlForTests();
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

/** Every key of a table in the order in which increments of three rows read it. */
async function keysRead(table: string, [timestamp, id]: readonly [string, string], type: string, condition: string | null = null): Promise<readonly (string | null)[]> {
  const columns = [sourceColumn(timestamp, 'datetime', { datetimePrecision: 0 }), sourceColumn(id, type.split(/[ (]/)[0]!.toLowerCase(), { columnType: type.toLowerCase() })];
  const definition = { schema: mysql.database, table, columns, primaryKey: [id], indexes: [], estimatedRows: 0, serverId: 'one', serverVersion: '10.11' };
  const strategy = new HybridStrategy(definition, { ...SETTINGS, timestampColumn: timestamp, idColumn: id, additionalWhere: condition });
  const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``;
  // The columns change places, so that the alias of each is the other's name where that is c0 or c1.
  const staged = [id, timestamp].map((name, index) => ({ ...STAGED[index]!, source: name, select: quoted(name) }));
  const reading = strategy.increment(staged, { column: timestamp, ...BOUND });
  const seen: (string | null)[] = [];
  for (let after: Position | null = null; ; ) {
    const rows = await mysql.rows(reading.query(after, 3).sql);
    seen.push(...rows.map((row) => row['c0'] ?? null));
    if (rows.length < 3) return seen;
    after = reading.positionOf([rows.at(-1)!['c1']!, rows.at(-1)!['c0']!]);
  }
}

async function make(table: string, [timestamp, id]: readonly [string, string], type: string, keys: readonly string[]): Promise<readonly (string | null)[]> {
  const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``;
  await mysql.run(`DROP TABLE IF EXISTS ${quoted(table)}`, `CREATE TABLE ${quoted(table)} (${quoted(timestamp)} DATETIME NOT NULL, ${quoted(id)} ${type} NOT NULL PRIMARY KEY)`,
    `INSERT INTO ${quoted(table)} VALUES ${keys.map((key, index) => `('2026-01-01 00:00:0${Math.floor(index / 4)}', ${key})`).join(', ')}`);
  return (await mysql.rows(`SELECT ${quoted(id)} AS id FROM ${quoted(table)} ORDER BY ${quoted(timestamp)}, ${quoted(id)}`)).map((row) => row['id'] ?? null);
}

const NUMBERS = ['8', '3', '7', '1', '6', '2', '5', '4'];

test.each([
  ['select', 'order', 'group'], ['a`b', 'c`d', 'e``f'], ['c0', 'c0', 'c1'], ['c1', 'c1', 'c0'], ['k0', 'k0', 'k1'], ['a.b', 'c.d', 'e f'], ["it's", "when's", "id's"],
])('a table %s with the cursor (%s, %s) is read once, in order', async (table, timestamp, id) => {
  const all = await make(table, [timestamp, id], 'INT', NUMBERS);
  expect(await keysRead(table, [timestamp, id], 'int')).toEqual(all);
});

test.each([
  ['BIGINT UNSIGNED', ['0', '1', '9223372036854775807', '9223372036854775808', '18446744073709551614', '18446744073709551615']],
  ['BIGINT', ['-9223372036854775808', '-1', '0', '1', '9223372036854775807']],
  ['DECIMAL(38,10)', ['-0.0000000001', '0', '0.0000000001', '9999999999999999999999999999.9999999999', '-1']],
  ['VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci', ["'a'", "'B'", "'ä1'", "'ß'", "''", "'z '", "'\u{1F600}'", "'it''s'"]],
  ['VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin', ["'a'", "'a '", "'A'", "'a  '", "''", "' '"]],
  ['VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci', ["'a'", "'ä'", "'å'", "'z'", "'€'"]],
  ['CHAR(5)', ["'a'", "'b '", "'ab'", "'0'"]],
])('keys of %s are read once, in the order of the server', async (type, keys) => {
  const all = await make('keyed', ['updated_at', 'id'], type, keys);
  expect(all).toHaveLength(keys.length);
  expect(await keysRead('keyed', ['updated_at', 'id'], type)).toEqual(all);
});

test('a condition with OR stays within the range', async () => {
  await make('orders', ['updated_at', 'id'], 'INT', NUMBERS);
  expect(await keysRead('orders', ['updated_at', 'id'], 'int', 'id > 6 OR id < 3')).toEqual(['1', '7', '8', '2']);
});
