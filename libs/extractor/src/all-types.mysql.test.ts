import { HybridStrategy } from '@tidemark/cdc-strategies';
import { DEFAULT_TYPE_POLICIES, planTable, type TypePolicies } from '@tidemark/ddl-optimizer';
import type { ExtractionQuery, StagedColumn } from '@tidemark/domain';
import { ALL_MYSQL_TYPES, ALL_TYPES_SESSION, allTypesOf, type AllTypesTable, HOSTILE_TEXTS, mysqlForTests, REFUSED_MYSQL_TYPES, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedValue } from '../test/expected-value.ts';
import { testSource } from '../test/mysql-source.ts';
import { queryOver } from '../test/staged-columns.ts';
import { vectorValues } from '../test/vector-values.ts';
import type { BatchLimits, SourceBatch } from './ports.ts';
import { TableReader } from './table-reader.ts';

let mysql: MysqlForTests;
let reader: TableReader;
let all: AllTypesTable;
beforeAll(async () => {
  mysql = await mysqlForTests();
  reader = new TableReader(testSource(mysql), { progressTimeoutMs: 20_000 });
  all = allTypesOf(mysql.version);
  await mysql.run(...all.statements('all_types'));
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

const LIMITS: BatchLimits = { maxBatchRows: 1000, maxBatchBytes: 1e9 };

type Value = ReturnType<typeof vectorValues>[number];

async function readAll(query: ExtractionQuery, limits = LIMITS): Promise<{ readonly rows: Value[][]; readonly batches: SourceBatch[] }> {
  const batches: SourceBatch[] = [];
  for await (const batch of reader.read(query, limits, new AbortController().signal)) batches.push(batch);
  const rows = batches.flatMap(({ batch }) => {
    const columns = batch.columns.map((vector, index) => vectorValues(vector, query.columns[index]!));
    return Array.from({ length: batch.rowCount }, (_unused, row) => columns.map((values) => values[row]!));
  });
  return { rows, batches };
}

async function planned(table: string, policies: Partial<TypePolicies> = {}): Promise<readonly StagedColumn[]> {
  return planTable(await reader.describe(mysql.database, table), { include: null, exclude: [], policies: { ...DEFAULT_TYPE_POLICIES, ...policies }, keys: [] }).columns;
}

function selectAll(table: string, columns: readonly StagedColumn[], order = ''): ExtractionQuery {
  return queryOver(columns, { sql: `SELECT ${columns.map(({ select }) => select).join(', ')} FROM ${table} ${order}` });
}

test('I6: every value of every type arrives as the server holds it, in read order', async () => {
  const table = await reader.describe(mysql.database, 'all_types');
  const strategy = new HybridStrategy(table, { timestampColumn: 'updated_at', idColumn: 'id', timestampFormat: 'datetime', lagMs: 0, lookbackMs: 0, nullCursor: 'fail', additionalWhere: null, cursorTimeZone: 'UTC' });
  const columns = planTable(table, { include: null, exclude: [], policies: DEFAULT_TYPE_POLICIES }).columns;
  const query = strategy.increment(columns, strategy.bound((await reader.clock()).nowUtc)).query(null, 10_000);
  const { rows, batches } = await readAll(query);

  const texts = await mysql.rows(`SELECT ${columns.map(({ source }) => `\`${source}\``).join(', ')} FROM all_types ORDER BY updated_at, id`);
  expect(rows).toHaveLength(all.rows.length);
  const differences = rows.flatMap((row, rowIndex) =>
    columns.flatMap((column, index) => {
      const expected = expectedValue(column, texts[rowIndex]![column.source] ?? null, all.rows[rowIndex]!.redshift[column.source] ?? null);
      return Object.is(row[index], expected) ? [] : [{ column: column.source, row: rowIndex + 1, read: row[index], expected }];
    }),
  );
  expect(differences).toEqual([]);
  expect(columns.map(({ source }) => source)).toEqual(expect.arrayContaining(all.types.map(({ column }) => column)));
  expect(batches.flatMap(({ policies }) => policies)).toEqual([]);
  const last = texts.at(-1)!;
  expect(batches.at(-1)!.batch.lastCursor).toEqual([last.updated_at, last.id]);
});

test('I6: rounded types keep every digit, and the sign of zero where the server has one', async () => {
  await mysql.run(...ALL_TYPES_SESSION, 'CREATE TABLE floats (f FLOAT, d DOUBLE)', "INSERT INTO floats VALUES (16777217, 0.1), ('-0', '-0'), (3.4028234e38, 5e-324), (0.1, 1.7976931348623157e308)");
  const columns = await planned('floats');
  const { rows } = await readAll(selectAll('floats', columns));
  expect(rows[0]).toEqual([16_777_216, 0.1]);
  const texts = await mysql.rows('SELECT f * 1E0 AS f, d FROM floats');
  // MySQL says -0, MariaDB does not keep the sign.
  expect(rows[1]!.map((value) => Object.is(value, -0))).toEqual([texts[1]!.f === '-0', texts[1]!.d === '-0']);
  expect(rows[2]).toEqual([Math.fround(3.4028234e38), 5e-324]);
  expect(rows[3]).toEqual([Math.fround(0.1), Number.MAX_VALUE]);
});

test('I6: every character set arrives as UTF-8, hostile texts too', async () => {
  const sets = (await mysql.rows("SELECT CHARACTER_SET_NAME AS name FROM information_schema.CHARACTER_SETS WHERE CHARACTER_SET_NAME NOT IN ('binary', 'filename')")).map(({ name }) => name!);
  await mysql.run(...ALL_TYPES_SESSION);
  for (const set of sets) {
    const table = `set_${set}`;
    await mysql.run(`CREATE TABLE ${table} (c VARCHAR(100) CHARACTER SET ${set}, t TEXT CHARACTER SET ${set}, e ENUM('x','y') CHARACTER SET ${set})`, `INSERT INTO ${table} VALUES ('ASCII 1', 'ASCII 2', 'y'), (CONVERT(_utf8mb4 X'${Buffer.from('aéß€語я').toString('hex')}' USING ${set}), '', 'x')`);
    const columns = await planned(table);
    const { rows } = await readAll(selectAll(table, columns));
    const texts = await mysql.rows(`SELECT c, t, e FROM ${table}`);
    expect(rows, set).toEqual(texts.map(({ c, t, e }) => [c, t, e]));
  }
  await mysql.run('CREATE TABLE hostile (id INT PRIMARY KEY, c TEXT CHARACTER SET utf8mb4)', ...HOSTILE_TEXTS.map(({ literal }, index) => `INSERT INTO hostile VALUES (${index}, ${literal})`));
  const { rows } = await readAll(selectAll('hostile', (await planned('hostile')).filter(({ source }) => source === 'c'), 'ORDER BY id'));
  expect(rows).toEqual(HOSTILE_TEXTS.map(({ mysqlText }) => [mysqlText]));
});

test('I6: every collation arrives as UTF-8', async () => {
  const full = "SELECT FULL_COLLATION_NAME AS name FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY WHERE CHARACTER_SET_NAME NOT IN ('binary', 'filename')";
  const plain = "SELECT COLLATION_NAME AS name FROM information_schema.COLLATIONS WHERE CHARACTER_SET_NAME NOT IN ('binary', 'filename')";
  const [hasFull] = await mysql.rows("SELECT COUNT(*) AS n FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema' AND COLUMN_NAME = 'FULL_COLLATION_NAME'");
  const collations = (await mysql.rows(hasFull!.n === '0' ? plain : full)).map(({ name }) => name!);
  expect(collations.length).toBeGreaterThan(200);
  await mysql.run(...ALL_TYPES_SESSION);
  for (let from = 0; from < collations.length; from += 50) {
    const names = collations.slice(from, from + 50);
    const table = `collations_${from}`;
    const value = `_utf8mb4 X'${Buffer.from('a é ß€語я ').toString('hex')}'`;
    await mysql.run(
      `CREATE TABLE ${table} (${names.map((name, index) => `c${index} VARCHAR(20) CHARACTER SET ${name.split('_')[0]!} COLLATE ${name}`).join(', ')})`,
      `INSERT INTO ${table} VALUES (${names.map(() => value).join(', ')}), (${names.map(() => "''").join(', ')}), (${names.map(() => 'NULL').join(', ')})`,
    );
    const columns = await planned(table);
    const { rows } = await readAll(selectAll(table, columns));
    const texts = await mysql.rows(`SELECT * FROM ${table}`);
    expect(rows).toEqual(texts.map((row) => columns.map(({ source }) => row[source])));
  }
});

describe('values that the default policies refuse', () => {
  const CODES = { zero_date: 'DATA_ZERO_DATE', oversize_string: 'DATA_OVERSIZE', oversize_binary: 'DATA_OVERSIZE', nul_byte: 'DATA_NUL_BYTE', geometry: '' } as const;
  const refused = ALL_MYSQL_TYPES.flatMap(({ column, ddl, refused: values }) => values.map((value) => ({ column, ddl, ...value })));

  test.each(refused)('$column: $label', async ({ column, ddl, literal, policy, mysqlText }) => {
    await mysql.run(...ALL_TYPES_SESSION, 'DROP TABLE IF EXISTS refused', `CREATE TABLE refused (id INT PRIMARY KEY, ${column} ${ddl})`, `INSERT INTO refused VALUES (42, ${literal})`);
    const columns = await planned('refused');
    const query = { ...selectAll('refused', columns), cursor: [{ name: 'id', index: 0, order: 'number' as const }] };
    const error = await readAll(query).then(() => expect.unreachable(), (caught: Error & { code: string; details: unknown }) => caught);
    expect(error).toMatchObject({ code: CODES[policy], exit: 20, details: { table: `${mysql.database}.refused`, column, key: { id: '42' } } });
    expect(error.message).toContain(`${mysql.database}.refused.${column} in the row id = '42': `);
    if (mysqlText.length > 3) expect(JSON.stringify([error.message, error.details])).not.toContain(mysqlText);
  });

  test('are changed by the policy that was chosen, and counted', async () => {
    await mysql.run(...ALL_TYPES_SESSION, 'CREATE TABLE changed (d DATE, t DATETIME(3), s MEDIUMTEXT, n TEXT, b BLOB)', "INSERT INTO changed VALUES ('0000-00-00', '2024-00-01 10:00:00', REPEAT('é', 40000), 'a\\0b', REPEAT('x', 40000))");
    const toNull = await readAll(selectAll('changed', await planned('changed', { zeroDate: 'to_null', oversizeString: 'to_null', nulByte: 'strip', oversizeBinary: 'to_null' })));
    expect(toNull.rows).toEqual([[null, null, null, 'ab', null]]);
    expect(toNull.batches[0]!.policies.map(({ column, policy, action, count }) => [column, policy, action, count])).toEqual([
      ['d', 'zero_date', 'to_null', 1], ['t', 'zero_date', 'to_null', 1], ['s', 'oversize_string', 'to_null', 1], ['n', 'nul_byte', 'strip', 1], ['b', 'oversize_binary', 'to_null', 1],
    ]);
    const mended = await readAll(selectAll('changed', await planned('changed', { zeroDate: 'sentinel', oversizeString: 'truncate', nulByte: 'strip', oversizeBinary: 'truncate' })));
    expect(mended.rows).toEqual([['0001-01-01', '0001-01-01 00:00:00.000000', 'é'.repeat(32_767), 'ab', '78'.repeat(32_767)]]);
  });
});

test('durations as microseconds, tinyint(1) and bit(1) by choice, and hexadecimal geometry', async () => {
  await mysql.run(...ALL_TYPES_SESSION, 'CREATE TABLE chosen (t TIME(6), b TINYINT(1), i BIT(1), p POINT)', "INSERT INTO chosen VALUES ('-838:59:58.000001', 1, b'1', ST_GeomFromText('POINT(1 2)')), ('00:00:00.5', 0, b'0', NULL)");
  const columns = await planned('chosen', { time: 'bigint_micros', tinyint1: 'boolean', bit1: 'smallint', geometry: 'hex_wkb' });
  const { rows } = await readAll(selectAll('chosen', columns));
  expect(rows).toEqual([[-3_020_398_000_001n, true, 1, '0101000000000000000000F03F0000000000000040'], [500_000n, false, 0, null]]);
});

test('geometry as WKT', async () => {
  for (const { column, ddl, literal } of REFUSED_MYSQL_TYPES) {
    await mysql.run(`CREATE TABLE ${column} (${column} ${ddl})`, `INSERT INTO ${column} VALUES (${literal})`);
    const { rows } = await readAll(selectAll(column, await planned(column, { geometry: 'wkt' })));
    const [text] = await mysql.rows(`SELECT ST_AsText(${column}) AS v FROM ${column}`);
    expect(rows).toEqual([[text!.v]]);
  }
});

test('a boolean that is neither', async () => {
  await mysql.run('CREATE TABLE flags (b TINYINT(1))', 'INSERT INTO flags VALUES (0), (2)');
  await expect(readAll(selectAll('flags', await planned('flags', { tinyint1: 'boolean' })))).rejects.toMatchObject({ code: 'DATA_NOT_BOOLEAN', details: { rowNumber: 2 } });
});

test('a column that was altered since it was planned', async () => {
  await mysql.run('CREATE TABLE altered (id INT, name VARCHAR(10), price DECIMAL(8,2), day DATE)', "INSERT INTO altered VALUES (1, 'a', 1.5, '2024-01-01')");
  const columns = await planned('altered');
  expect((await readAll(selectAll('altered', columns))).rows).toEqual([[1, 'a', '1.50', '2024-01-01']]);
  await mysql.run('ALTER TABLE altered MODIFY id BIGINT, MODIFY price DECIMAL(10,3), MODIFY day DATETIME');
  await expect(readAll(selectAll('altered', columns))).rejects.toMatchObject({
    code: 'SOURCE_SCHEMA_CHANGED',
    details: { differences: [expect.stringMatching(/^column id was int(\(11\))? and arrives as LONGLONG$/), 'column price arrives with 3 digits behind the point instead of 2', 'column day arrives as DATETIME, which is not read as date'] },
  });
});

test('a view is read as a table', async () => {
  await mysql.run('CREATE TABLE base (id INT PRIMARY KEY, amount DECIMAL(6,2), name VARCHAR(10))', "INSERT INTO base VALUES (1, 2.50, 'x')", 'CREATE VIEW seen AS SELECT id AS number, amount * 2 AS doubled, UPPER(name) AS loud FROM base');
  const columns = await planned('seen');
  expect((await readAll(selectAll('seen', columns))).rows).toEqual([[1, '5.00', 'X']]);
});
