import type { StagedColumn } from '@tidemark/domain';
import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceColumn, sourceTable, stagedColumn } from '../test/orders-table.ts';
import { keyLookup, type LookupRows } from './key-lookup.ts';
import type { ReadEdge } from './read-edge.ts';

let mysql: MysqlForTests;
beforeAll(async () => {
  mysql = await mysqlForTests();
  await mysql.run(
    'CREATE TABLE rows_ (a BIGINT UNSIGNED NOT NULL, b VARCHAR(20) CHARACTER SET latin1 NOT NULL, c VARBINARY(8) NOT NULL, state VARCHAR(9), updated_at DATETIME(6) NOT NULL, PRIMARY KEY (a, b, c))',
    `INSERT INTO rows_ VALUES (1, 'x', X'00', 'new', '2026-01-01 00:00:01'), (18446744073709551615, 'ü''\\\\', X'FF27', 'new', '2026-01-01 00:00:02'), (2, '', X'', 'old', '2026-01-01 00:00:03'), (2, 'y', X'', 'new', '2026-01-01 00:00:04')`,
  );
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

const HEX: StagedColumn = { ...stagedColumn('c'), select: 'HEX(`c`)', decode: 'bytes' };
const STAGED = [stagedColumn('a'), stagedColumn('b'), HEX, stagedColumn('state'), stagedColumn('updated_at')];
const columns = [sourceColumn('a', 'bigint'), sourceColumn('b', 'varchar', { characterSet: 'latin1' }), sourceColumn('c', 'varbinary'), sourceColumn('state', 'varchar'), sourceColumn('updated_at', 'datetime')];
const table = () => sourceTable(columns, { schema: mysql.database, table: 'rows_' });
const OPEN: ReadEdge = { position: null, mark: null };
const KEYS = [['1', 'x', '00'], ['18446744073709551615', "ü'\\", 'FF27'], ['2', '', ''], ['3', 'gone', '']];

async function found(keys: readonly (readonly string[])[], edge = OPEN, condition: string | null = null, query: LookupRows['query'] = null): Promise<(string | null)[]> {
  const { sql } = keyLookup(table(), STAGED, ['a', 'b', 'c'], { condition, query })!.reading(STAGED, keys, edge).query(null, 100);
  return (await mysql.rows(sql)).map((row) => row['c0'] ?? null);
}

test('rows are found by their keys whatever these hold; a key that no row has gives nothing', async () => {
  expect(await found(KEYS)).toEqual(['1', '2', '18446744073709551615']);
  expect(await found([['2', 'x', '00']])).toEqual([]);
});

test('what increments have yet to read is left to them', async () => {
  const keyset = { kind: 'keyset', columns: ['updated_at', 'a'], values: ['2026-01-01 00:00:02.000000', '18446744073709551615'] } as const;
  expect(await found(KEYS, { position: keyset, mark: null })).toEqual(['1', '18446744073709551615']);
  expect(await found(KEYS, { position: { ...keyset, values: [keyset.values[0], '5'] }, mark: null })).toEqual(['1']);
  expect(await found(KEYS, { position: { kind: 'tick', column: 'updated_at', value: '2026-01-01 00:00:03.000000' }, mark: null })).toEqual(['1', '18446744073709551615']);
  expect(await found(KEYS, { position: { kind: 'pk', columns: ['a'], values: ['5'] }, mark: { column: 'updated_at', value: '2026-01-01 00:00:02.000000' } })).toEqual(['1']);
});

test('the condition of the configuration holds here too', async () => {
  expect(await found(KEYS, OPEN, "state <> 'old'")).toEqual(['1', '18446744073709551615']);
});

test.each(['datetime', 'unix', 'unix_ms'] as const)('rows of a query are found in its result, whatever its parameters are (%s)', async (timestampFormat) => {
  const moment = timestampFormat === 'datetime' ? 'updated_at' : 'UNIX_TIMESTAMP(updated_at)';
  const query = { query: `SELECT a, b, c, UPPER(state) AS state, updated_at FROM rows_ WHERE ${moment} > :last_timestamp AND ${moment} < :until_timestamp AND a > :last_id AND a < :until_id AND b <> ''`, timestampFormat, isWhole: false };
  expect(await found([...KEYS, ['2', 'y', '']], OPEN, null, { ...query, query: query.query.replace(' AND a < :until_id', '') })).toEqual(['1', '2', '18446744073709551615']);
  expect(await found([['1', 'x', '00'], ['2', '', '']], OPEN, "state = 'NEW'", query)).toEqual(['1']);
});

test.each<[string, readonly string[], readonly StagedColumn[]]>([
  ['without a key', [], STAGED],
  ['by a column that is not read', ['a'], STAGED.slice(1)],
  ['by a column that is disguised', ['b'], [{ ...stagedColumn('b'), disguise: { kind: 'hash', reads: 'utf8' } }]],
  ['by a column that is read in another form', ['b'], [{ ...stagedColumn('b'), select: 'LOWER(`b`)' }]],
])('nothing is found %s', (_what, key, staged) => {
  expect(keyLookup(table(), staged, key, { condition: null, query: null })).toBeNull();
});
