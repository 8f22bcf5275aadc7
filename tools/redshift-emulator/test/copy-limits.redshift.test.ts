import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf } from './failures.ts';
import { CONVERTED, LOGICAL, PHYSICAL, bytesValue, fixedDecimal, int32Value, int64Value, tinyParquet, type TinyColumn } from './tiny-parquet.ts';
import { ROLE, copyText, startWorld, type World } from './world.ts';

let world: World;
let client: pg.Client;
let tables = 0;

beforeAll(async () => {
  world = await startWorld();
  client = await world.connect();
  await client.query('CREATE SCHEMA sales');
});
afterAll(() => world.stop());

async function table(columns: string): Promise<string> {
  tables += 1;
  await client.query(`CREATE TABLE sales.t${tables} (${columns})`);
  return `sales.t${tables}`;
}

/** Puts a file under this key, and a manifest of it. */
function put(bytes: Buffer, key = `part-${tables}.parquet`): string {
  world.s3.objects.set(`bucket/${key}`, bytes);
  world.manifest(`manifest-${tables}.json`, [key]);
  return `manifest-${tables}.json`;
}

const bigint: TinyColumn = { name: 'a', physical: PHYSICAL.int64, values: [int64Value(1n)] };
const text = (value: string | Buffer, converted: number = CONVERTED.utf8): TinyColumn => ({ name: 'a', physical: PHYSICAL.bytes, converted, values: [bytesValue(value)] });
const rows = async (query: string): Promise<unknown[]> => (await client.query({ text: query, rowMode: 'array' })).rows;

test.each<[string, string, Omit<TinyColumn, 'name'>]>([
  ['the last timestamp', 'TIMESTAMP', { physical: PHYSICAL.int64, logical: LOGICAL.timestamp('micros', false), values: [int64Value(2n ** 63n - 1n)] }],
  ['the first timestamp', 'TIMESTAMP', { physical: PHYSICAL.int64, logical: LOGICAL.timestamp('micros', false), values: [int64Value(-(2n ** 63n) + 1n)] }],
  ['the last timestamptz', 'TIMESTAMPTZ', { physical: PHYSICAL.int64, logical: LOGICAL.timestamp('micros', true), values: [int64Value(2n ** 63n - 1n)] }],
  ['the last day', 'DATE', { physical: PHYSICAL.int32, converted: CONVERTED.date, logical: LOGICAL.date, values: [int32Value(2 ** 31 - 1)] }],
  ['a day in the year 300401', 'DATE', { physical: PHYSICAL.int32, converted: CONVERTED.date, values: [int32Value(109_000_000)] }],
  ['a day before 4713 BC', 'DATE', { physical: PHYSICAL.int32, converted: CONVERTED.date, values: [int32Value(-2_440_551)] }],
])('C4: %s is out of range', async (_name, type, column) => {
  const name = await table(`a ${type}`);
  expect((await failureOf(client, copyText(name, put(tinyParquet([{ name: 'a', ...column }]))))).detail).toContain('Value out of range for');
});

test('C4: the limits of the calendar load', async () => {
  const name = await table('a DATE');
  await client.query(copyText(name, put(tinyParquet([{ name: 'a', physical: PHYSICAL.int32, converted: CONVERTED.date, values: [int32Value(-2_440_550), int32Value(2_932_897)] }]))));
  expect(await rows(`SELECT a::VARCHAR(30) AS shown FROM ${name} ORDER BY a`)).toEqual([['4713-01-01 BC'], ['10000-01-01']]);
});

test('C5: two annotations that disagree, and the new one alone', async () => {
  const name = await table('a DECIMAL(18,2)');
  const decimal = { name: 'a', physical: PHYSICAL.fixed, typeLength: 8, values: [fixedDecimal(1n, 8)] };
  for (const column of [{ ...decimal, converted: CONVERTED.decimal, precision: 18, scale: 2, logical: LOGICAL.decimal(17, 2) }, { ...decimal, logical: LOGICAL.decimal(18, 2) }]) {
    expect((await failureOf(client, copyText(name, put(tinyParquet([column]))))).detail).toContain('has an incompatible Parquet schema');
  }
});

test('C10: the string counts, not its JSON text', async () => {
  const name = await table('a SUPER');
  await world.parquet('lines.parquet', "SELECT {'x': repeat(chr(10), 65535)} AS a");
  world.manifest('lines.json', ['lines.parquet']);
  await client.query(copyText(name, 'lines.json', ' SERIALIZETOJSON'));
  await world.parquet('lines.parquet', "SELECT {'x': repeat(chr(10), 65536)} AS a");
  world.manifest('lines.json', ['lines.parquet']);
  expect((await failureOf(client, copyText(name, 'lines.json', ' SERIALIZETOJSON'))).detail).toContain('String value exceeds the max size of 65535 bytes');
});

test('C11: meta that is no object', async () => {
  const name = await table('a BIGINT');
  put(tinyParquet([bigint]));
  for (const meta of [null, 'x', undefined]) {
    world.s3.objects.set('bucket/odd.json', Buffer.from(JSON.stringify({ entries: [{ url: `s3://bucket/part-${tables}.parquet`, mandatory: true, meta }] })));
    expect((await failureOf(client, copyText(name, 'odd.json'))).message).toBe("File entry does not have 'meta' key.");
  }
});

test('C11: a file that is listed twice is loaded twice', async () => {
  const name = await table('a BIGINT');
  put(tinyParquet([bigint]), 'same.parquet');
  world.manifest('twice.json', ['same.parquet', 'same.parquet']);
  await client.query(copyText(name, 'twice.json'));
  expect(await rows(`SELECT count(*) FROM ${name}`)).toEqual([['2']]);
});

test('C12: a doubled slash finds nothing', async () => {
  const name = await table('a BIGINT');
  expect((await failureOf(client, copyText(name, put(tinyParquet([bigint]), '/part.parquet')))).detail).toContain('File not found');
  expect((await failureOf(client, `COPY ${name} FROM 's3://bucket//part' IAM_ROLE '${ROLE}' PARQUET`)).detail).toContain('File not found');
});

test('C14: a table of another database', async () => {
  const name = await table('a BIGINT');
  const manifest = put(tinyParquet([bigint]));
  expect((await failureOf(client, copyText(`other.${name}`, manifest))).code).toBe('0A000');
  await client.query(copyText(`${world.database}.${name}`, manifest));
});

test('C15: no argument twice, and nothing unknown in CREDENTIALS', async () => {
  const name = await table('a BIGINT');
  const manifest = put(tinyParquet([bigint]));
  for (const rest of [` IAM_ROLE '${ROLE}'`, ' MANIFEST', ' FORMAT PARQUET']) expect((await failureOf(client, copyText(name, manifest, rest))).code).toBe('42601');
  const keys = "CREDENTIALS 'aws_access_key_id=OTHERKEY;aws_secret_access_key=s;region=x'";
  expect((await failureOf(client, `COPY ${name} FROM 's3://bucket/${manifest}' ${keys} PARQUET MANIFEST`)).message).toMatch(/^Invalid credentials/);
  for (const encoding of ['ENCODING UTF8', 'ENCODING AS UTF16']) expect((await failureOf(client, copyText(name, manifest, ` ${encoding}`))).message).toBe('ENCODING argument is not supported for PARQUET based COPY');
});

test('C16: a VARBYTE over 4 MB', async () => {
  const name = await table('a VARBYTE(16777216)');
  expect((await failureOf(client, copyText(name, put(tinyParquet([{ name: 'a', physical: PHYSICAL.bytes, values: [bytesValue(Buffer.alloc(4_194_305))] }]))))).detail).toContain('exceeds the maximum of 4194304 bytes');
});

test('C16: the 1,600 columns that a table may have load', async () => {
  const names = Array.from({ length: 1_600 }, (_unused, index) => `c${index}`);
  const name = await table(names.map((column) => `${column} INTEGER`).join(', '));
  await client.query(copyText(name, put(tinyParquet(names.map((column, index) => ({ name: column, physical: PHYSICAL.int32, values: [int32Value(index)] }))))));
  expect(await rows(`SELECT c0, c999, c1599 FROM ${name}`)).toEqual([[0, 999, 1_599]]);
});

test('C17: a string annotated as JSON stays a string too', async () => {
  const name = await table('a SUPER');
  await client.query(copyText(name, put(tinyParquet([text('{"a": 1}', CONVERTED.json)])), ' SERIALIZETOJSON'));
  expect(await rows(`SELECT json_typeof(a) FROM ${name}`)).toEqual([['string']]);
});

test.each(['part.parquet.gz', 'part.snappy', 'part.bz2'])('C18: %s would be decompressed as a whole', async (key) => {
  const name = await table('a BIGINT');
  expect((await failureOf(client, copyText(name, put(tinyParquet([bigint]), key)))).detail).toContain('is not compressed as its name says');
});
