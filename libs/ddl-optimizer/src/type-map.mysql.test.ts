import type { SourceColumn, StagedColumn } from '@tidemark/domain';
import { allTypesOf, mysqlForTests, REFUSED_MYSQL_TYPES, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceTable } from '../test/source-column.ts';
import { planTable } from './plan-table.ts';
import { redshiftTypeSql } from './sql/redshift-type-sql.ts';
import { stageColumn } from './stage-column.ts';
import { DEFAULT_TYPE_POLICIES, type TypePolicies } from './type-policies.ts';

let mysql: MysqlForTests;
beforeAll(async () => {
  mysql = await mysqlForTests();
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

async function describeColumns(table: string): Promise<readonly SourceColumn[]> {
  const rows = await mysql.rows('SELECT * FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION', [mysql.database, table]);
  const number = (text: string | null | undefined): number | null => (text === null || text === undefined ? null : Number(text));
  return rows.map((row) => ({
    name: row.COLUMN_NAME!,
    ordinal: Number(row.ORDINAL_POSITION),
    dataType: row.DATA_TYPE!,
    columnType: row.COLUMN_TYPE!,
    isNullable: row.IS_NULLABLE === 'YES',
    isUnsigned: row.COLUMN_TYPE!.includes('unsigned'),
    maxCharacters: number(row.CHARACTER_MAXIMUM_LENGTH),
    numericPrecision: number(row.NUMERIC_PRECISION),
    numericScale: number(row.NUMERIC_SCALE),
    datetimePrecision: number(row.DATETIME_PRECISION),
    characterSet: row.CHARACTER_SET_NAME ?? null,
    collation: row.COLLATION_NAME ?? null,
    defaultExpression: row.COLUMN_DEFAULT ?? null,
    extra: row.EXTRA!.toLowerCase(),
  }));
}

/** The text of a staged expression; text that it reads as bytes is UTF-8. */
function textOf({ select, decode }: StagedColumn, value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  return decode === 'utf8' && select.includes('AS BINARY') ? Buffer.from(value, 'latin1').toString('utf8') : value;
}

async function describeColumn(table: string): Promise<SourceColumn> {
  return (await describeColumns(table))[0]!;
}

let tables = 0;
/** The text that a value of a type is read as, and the column's plan. */
async function read(type: string, value: string, policies: Partial<TypePolicies> = {}): Promise<{ readonly text: string | null; readonly maxBytes: number | undefined }> {
  tables += 1;
  const table = `t${tables}`;
  await mysql.run(`CREATE TABLE ${table} (c ${type})`, `INSERT INTO ${table} VALUES (${value})`);
  const staged = stageColumn(await describeColumn(table), 'c', { ...DEFAULT_TYPE_POLICIES, ...policies })!.staged;
  const [row] = await mysql.rows(`SELECT ${staged.select} AS v FROM ${table}`);
  return { text: textOf(staged, row!.v), maxBytes: staged.maxBytes };
}

test.each<[string, string, string, Partial<TypePolicies>?]>([
  ['FLOAT', '16777216', '16777216'],
  ['FLOAT(10,2)', '1.1', '1.100000023841858'],
  ['DOUBLE(20,2)', '0.1', '0.1'],
  ['DOUBLE', '2.2250738585072014e-308', '2.2250738585072014e-308'],
  ['BIT(1)', "b'1'", '1'],
  ['BIT(15)', "b'111111111111111'", '32767'],
  ['BIT(64)', "X'FFFFFFFFFFFFFFFF'", '18446744073709551615'],
  ['BIGINT UNSIGNED', '18446744073709551615', '18446744073709551615'],
  ['DECIMAL(19,4)', '-999999999999999.9999', '-999999999999999.9999'],
  ['YEAR', '0', '0000'],
  ['TIME(6)', "'-838:59:59.000000'", '-838:59:59.000000'],
  ['BINARY(4)', "X'00FF'", '00FF0000'],
  ['VARBINARY(4)', "''", ''],
  ['BLOB', "X'80'", '80'],
  ["ENUM('a','x''l')", "'x''l'", "x'l"],
  ["SET('a','b','c')", "'c,a'", 'a,c'],
  ['POINT', "ST_GeomFromText('POINT(1 2)', 3857)", '0101000000000000000000F03F0000000000000040', { geometry: 'hex_wkb' }],
  ['POINT', "ST_GeomFromText('POINT(1.5 2)')", 'POINT(1.5 2)', { geometry: 'wkt' }],
])('%s: %s is read as %s', async (type, value, expected, policies) => {
  const { text, maxBytes } = await read(type, value, policies);
  expect(text).toBe(expected);
  if (maxBytes !== undefined) expect(Buffer.byteLength(text!)).toBeLessThanOrEqual(maxBytes);
});

test.each([
  ['VARCHAR(1) CHARACTER SET latin1', '€'], ['VARCHAR(1) CHARACTER SET utf8mb4', '😀'], ['VARCHAR(1) CHARACTER SET cp1251', '€'], ['VARCHAR(1) CHARACTER SET sjis', '語'],
  ['VARCHAR(1) CHARACTER SET ucs2', '語'], ['VARCHAR(1) CHARACTER SET gbk', '語'], ['VARCHAR(1) CHARACTER SET ascii', '~'], ['VARCHAR(1) CHARACTER SET utf32', '😀'], ['VARCHAR(1) CHARACTER SET tis620', 'ก'],
])('%s has room for %s', async (type, character) => {
  const { text, maxBytes } = await read(type, `'${character}'`);
  expect(text).toBe(character);
  expect(Buffer.byteLength(character)).toBeLessThanOrEqual(maxBytes!);
});

test('no character set of the server has wider characters than planned', async () => {
  const sets = await mysql.rows("SELECT CHARACTER_SET_NAME AS name, MAXLEN AS longest FROM information_schema.CHARACTER_SETS WHERE CHARACTER_SET_NAME NOT IN ('binary', 'filename')");
  const codes = [...Array.from({ length: 0xff }, (_code, index) => index + 1), 0x20ac, 0x0e01, 0x3042, 0x8a9e, 0xac00, 0x1f600];
  for (const { name, longest } of sets) {
    const planned = stageColumn({ ...(await describeColumn('t1')), dataType: 'char', columnType: 'char(1)', maxCharacters: 1, characterSet: name! }, 'c', DEFAULT_TYPE_POLICIES)!.staged;
    const widths = codes.map((code) => `OCTET_LENGTH(CONVERT(CONVERT(_utf32 X'${code.toString(16).padStart(8, '0')}' USING ${name}) USING utf8mb4))`);
    const bytes = codes.slice(0, 0xff).map((code) => `OCTET_LENGTH(CONVERT(_${name} X'${code.toString(16).padStart(2, '0')}' USING utf8mb4))`);
    const [row] = await mysql.rows(`SELECT GREATEST(${[...widths, ...(longest === '1' && name !== 'ascii' ? bytes : [])].join(', ')}) AS widest`);
    expect(Number(row!.widest), `${name} characters`).toBeLessThanOrEqual(planned.maxBytes!);
  }
});

test('I6: no character set loses a character unseen', async () => {
  const sets = await mysql.rows("SELECT CHARACTER_SET_NAME AS name, MAXLEN AS longest FROM information_schema.CHARACTER_SETS WHERE CHARACTER_SET_NAME NOT IN ('binary', 'filename')");
  const codes = Array.from({ length: 256 }, (_code, byte) => byte.toString(16).padStart(2, '0'));
  const pairs = codes.slice(0x80).flatMap((lead) => codes.slice(0x40).map((trail) => lead + trail));
  const lossy = new Set<string>();
  await mysql.run("SET SESSION sql_mode = ''");
  for (const { name, longest } of sets) {
    const table = `codes_${name}`;
    const texts = longest === '1' ? codes.flatMap((code) => [code, `3f${code}3f`]) : pairs;
    await mysql.run(`CREATE TABLE ${table} (c VARCHAR(8) CHARACTER SET ${name})`, `INSERT IGNORE INTO ${table} VALUES ${texts.map((text) => `(X'${text}')`).join(', ')}`);
    const { select } = stageColumn(await describeColumn(table), 'c', DEFAULT_TYPE_POLICIES)!.staged;
    // A code without a character is sent as a question mark, or as U+FFFD.
    const rows = await mysql.rows(`SELECT HEX(c) AS kept, HEX(CONVERT(c USING utf8mb4)) AS sent, HEX(${select === '`c`' ? 'CONVERT(c USING utf8mb4)' : select}) AS selected FROM ${table}`);
    const differences = rows.filter(({ kept: stored, sent, selected }) => {
      const isLossy = !/^(utf|ucs)/.test(name!) && !/^(3F){1,3}$/.test(stored!) && /^(3F)?(3F|EFBFBD)(3F)?$/.test(sent!);
      if (isLossy) lossy.add(name!);
      return selected !== (name === 'ascii' ? stored : isLossy ? `${sent}FF` : sent);
    });
    expect(differences, name!).toEqual([]);
  }
  expect([...lossy]).toEqual(expect.arrayContaining([...(mysql.isMariadb ? ['ascii'] : []), 'cp1251', 'gbk', 'sjis', 'tis620']));
});

test('I6: the table of all types is planned as the fixture says, and its text is read as Redshift shall hold it', async () => {
  const all = allTypesOf(mysql.version);
  await mysql.run(...all.statements('all_types'));
  const plan = planTable(sourceTable(await describeColumns('all_types'), { primaryKey: ['id'] }), { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: ['id', 'updated_at'], keys: [] });
  expect(Object.fromEntries(plan.columns.map((column) => [column.name, redshiftTypeSql(column.redshift)]))).toEqual(Object.fromEntries(all.types.map(({ column, redshiftType }) => [column, redshiftType])));

  const rows = await mysql.rows(`SELECT ${plan.columns.map((column) => `${column.select} AS ${column.name}`).join(', ')} FROM all_types ORDER BY id`);
  const text = plan.columns.filter((column) => column.redshift.name === 'VARCHAR');
  for (const { id, redshift } of all.rows) {
    for (const column of text) {
      const value = textOf(column, rows[id - 1]![column.name]);
      expect(value, `${column.name} of row ${id}`).toBe(redshift[column.name]);
      expect(Buffer.byteLength(value ?? '')).toBeLessThanOrEqual(column.maxBytes!);
    }
  }
});

test('a shape of SRID 4326 is read as it is stored: MySQL names the latitude first and stores the longitude first, MariaDB keeps what it is given', async () => {
  const { text } = await read('POINT', "ST_GeomFromText('POINT(1 2)', 4326)", { geometry: 'hex_wkb' });
  const [one, two] = ['000000000000F03F', '0000000000000040'];
  expect(text).toBe(mysql.isMariadb ? `0101000000${one}${two}` : `0101000000${two}${one}`);
});

test.each(REFUSED_MYSQL_TYPES)('$ddl is refused when planning', async ({ column, ddl }) => {
  await mysql.run(`CREATE TABLE ${column} (c ${ddl})`);
  const source = sourceTable(await describeColumns(column));
  expect(() => planTable(source, { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [] })).toThrow(expect.objectContaining({ code: 'DDL_TYPE_UNMAPPED', exit: 20 }));
});
