import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from './failures.ts';
import { CONVERTED, LOGICAL, PHYSICAL, bytesValue, doubleValue, fixedDecimal, floatValue, int32Value, int64Value, tinyParquet, type TinyColumn } from './tiny-parquet.ts';
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

/** A new table of these columns. */
async function table(columns: string): Promise<string> {
  tables += 1;
  await client.query(`CREATE TABLE sales.t${tables} (${columns})`);
  return `sales.t${tables}`;
}

/** Puts a file and a manifest of it. */
function put(bytes: Buffer, length = bytes.length): string {
  const name = `files/${tables}-${Math.random().toString(36).slice(2)}`;
  world.s3.objects.set(`bucket/${name}.parquet`, bytes);
  world.s3.objects.set(`bucket/${name}.json`, Buffer.from(JSON.stringify({ entries: [{ url: `s3://bucket/${name}.parquet`, mandatory: true, meta: { content_length: length } }] })));
  return `${name}.json`;
}

const load = async (name: string, columns: readonly TinyColumn[], odd?: Parameters<typeof tinyParquet>[1], rest = ''): Promise<unknown> => client.query(copyText(name, put(tinyParquet(columns, odd)), rest));
const failure = async (name: string, columns: readonly TinyColumn[], odd?: Parameters<typeof tinyParquet>[1], rest = ''): Promise<{ code: string; message: string; detail: string }> =>
  failureOf(client, copyText(name, put(tinyParquet(columns, odd)), rest));

const text = (name: string, ...values: (string | null)[]): TinyColumn => ({ name, physical: PHYSICAL.bytes, converted: CONVERTED.utf8, logical: LOGICAL.string, values: values.map((value) => (value === null ? null : bytesValue(value))) });
const bigint = (name: string, ...values: (bigint | null)[]): TinyColumn => ({ name, physical: PHYSICAL.int64, values: values.map((value) => (value === null ? null : int64Value(value))) });

describe('columns', () => {
  test('C3: as many columns in the file as in the table or list', async () => {
    const name = await table('a BIGINT, b BIGINT, c BIGINT');
    const error = await failure(name, [bigint('a', 1n), bigint('b', 2n)]);
    expect(error).toMatchObject({ code: 'XX000', message: 'Spectrum Scan Error' });
    expect(error.detail).toMatch(/code: {6}15007\n {2}context: {3}Unmatched number of columns between table and file\. Table columns: 3, Data columns: 2, File name: https:\/\/s3/);
    await load(`${name} (a, b)`, [bigint('x', 1n), bigint('y', 2n)]);
    await load(name, [bigint('a', 3n), bigint('b', 4n)], undefined, ' FILLRECORD');
    expect((await failure(name, ['a', 'b', 'c', 'd'].map((column) => bigint(column, 1n)), undefined, ' FILLRECORD')).detail).toContain('Data columns: 4');
    expect((await client.query(`SELECT a, b, c FROM ${name} ORDER BY a`)).rows).toEqual([{ a: '1', b: '2', c: null }, { a: '3', b: '4', c: null }]);
  });

  test('C3: names in the file mean nothing, the place does', async () => {
    const name = await table('a BIGINT, b BIGINT');
    await load(`${name} (b, a)`, [bigint('a', 1n), bigint('b', 2n)]);
    expect((await client.query(`SELECT a, b FROM ${name}`)).rows).toEqual([{ a: '2', b: '1' }]);
    expect((await failure(`${name} (a, nope)`, [bigint('a', 1n), bigint('b', 2n)])).code).toBe('42703');
    expect((await failure(`${name} (a, A)`, [bigint('a', 1n), bigint('b', 2n)])).code).toBe('42701');
  });

  const one = int32Value(1);
  const eight = int64Value(1n);
  test.each<[target: string, file: Omit<TinyColumn, 'name'>]>([
    ['SMALLINT', { physical: PHYSICAL.int32, values: [one] }],
    ['SMALLINT', { physical: PHYSICAL.int32, converted: CONVERTED.int32, values: [one] }],
    ['SMALLINT', { physical: PHYSICAL.int64, values: [eight] }],
    ['INTEGER', { physical: PHYSICAL.int64, values: [eight] }],
    ['INTEGER', { physical: PHYSICAL.int32, converted: CONVERTED.int16, values: [one] }],
    ['INTEGER', { physical: PHYSICAL.int32, converted: CONVERTED.uint32, values: [one] }],
    ['BIGINT', { physical: PHYSICAL.int32, values: [one] }],
    ['BIGINT', { physical: PHYSICAL.int64, converted: CONVERTED.timestampMicros, values: [eight] }],
    ['DOUBLE PRECISION', { physical: PHYSICAL.float, values: [floatValue(1)] }],
    ['REAL', { physical: PHYSICAL.double, values: [doubleValue(1)] }],
    ['DECIMAL(18,2)', { physical: PHYSICAL.double, values: [doubleValue(1)] }],
    ['DECIMAL(9,2)', { physical: PHYSICAL.int32, converted: CONVERTED.decimal, precision: 9, scale: 2, values: [one] }],
    ['DECIMAL(18,2)', { physical: PHYSICAL.bytes, converted: CONVERTED.decimal, precision: 18, scale: 2, values: [bytesValue(Buffer.from([1]))] }],
    ['VARCHAR(10)', { physical: PHYSICAL.int64, values: [eight] }],
    ['VARCHAR(10)', { physical: PHYSICAL.fixed, typeLength: 4, values: [one] }],
    ['DATE', { physical: PHYSICAL.int32, values: [one] }],
    ['TIMESTAMP', { physical: PHYSICAL.int32, converted: CONVERTED.date, values: [one] }],
    ['TIMESTAMP', { physical: PHYSICAL.int64, values: [eight] }],
    ['TIMESTAMP', { physical: PHYSICAL.int64, logical: LOGICAL.timestamp('nanos', false), values: [eight] }],
    ['TIMESTAMP', { physical: PHYSICAL.int64, logical: LOGICAL.timestamp('micros', true), values: [eight] }],
    ['TIMESTAMPTZ', { physical: PHYSICAL.int64, logical: LOGICAL.timestamp('micros', false), values: [eight] }],
    ['TIME', { physical: PHYSICAL.int64, logical: LOGICAL.time, values: [eight] }],
    ['BOOLEAN', { physical: PHYSICAL.int32, values: [one] }],
    ['VARBYTE(10)', { physical: PHYSICAL.bytes, converted: CONVERTED.utf8, values: [bytesValue('a')] }],
  ])('C4: %s refuses %o', async (target, file) => {
    const name = await table(`c ${target}`);
    const error = await failure(name, [{ name: 'c', ...file }]);
    expect(error).toMatchObject({ code: 'XX000', message: 'Spectrum Scan Error' });
    expect(error.detail).toMatch(/has an incompatible Parquet schema for column 's3:\/\/bucket\/.*\.c'\. Column type: [A-Z ]+, Parquet schema:\noptional /);
  });

  test('C4: the position is checked, not the name', async () => {
    const name = await table('a BIGINT, b VARCHAR(10)');
    expect((await failure(name, [text('b', 'x'), bigint('a', 1n)])).detail).toContain('Column type: BIGINT, Parquet schema:\noptional byte_array b [i:0 d:1 r:0]');
  });

  test('C5: precision, scale and the minimal length must be the table\'s', async () => {
    const name = await table('num NUMERIC(18,9)');
    const fixed = (typeLength: number, precision: number, scale: number): TinyColumn => ({
      name: 'num', physical: PHYSICAL.fixed, typeLength, converted: CONVERTED.decimal, logical: LOGICAL.decimal(precision, scale), precision, scale, values: [fixedDecimal(-1n, typeLength)],
    });
    expect((await failure(name, [fixed(13, 29, 9)])).detail).toContain("column 'num' has an invalid type length. Expecting: 8 len in file: 13");
    expect((await failure(name, [fixed(16, 18, 9)])).detail).toContain('Expecting: 8 len in file: 16');
    expect((await failure(name, [fixed(8, 18, 8)])).detail).toContain('has a scale that does not match the table metadata scale. File metadata scale: 8 Table metadata scale: 9');
    expect((await failure(name, [fixed(8, 17, 9)])).detail).toContain('precision');
    await load(name, [fixed(8, 18, 9)]);
    expect((await client.query(`SELECT num FROM ${name}`)).rows).toEqual([{ num: '-0.000000001' }]);
  });
});

describe('values', () => {
  test('C5: DECIMAL(19,s) holds what fits into 64 bits', async () => {
    const name = await table('d DECIMAL(19,4)');
    const decimal = (...values: bigint[]): TinyColumn => ({ name: 'd', physical: PHYSICAL.fixed, typeLength: 9, logical: LOGICAL.decimal(19, 4), converted: CONVERTED.decimal, precision: 19, scale: 4, values: values.map((value) => fixedDecimal(value, 9)) });
    await load(name, [decimal(2n ** 63n - 1n, -(2n ** 63n))]);
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n]) expect((await failure(name, [decimal(value)])).detail).toContain('Numeric data overflow');
  });

  test('C6: VARCHAR(n) counts bytes; CHAR takes ASCII', async () => {
    const name = await table('c VARCHAR(5)');
    await load(name, [text('c', 'ääx', 'a    ', '')]);
    const error = await failure(name, [text('c', 'äää')]);
    expect(error).toMatchObject({ code: 'XX000', message: 'Spectrum Scan Error' });
    expect(error.detail).toMatch(/code: {6}15007\n {2}context: {3}The length of the data column c is longer than the length defined in the table\. Table: 5, Data: 6, File name: https:/);
    expect((await failure(await table('c CHAR(5)'), [text('c', 'ä')])).detail).toContain('Multibyte character not supported for CHAR (Hint: Try using VARCHAR)');
  });

  test.each([['c328', 'broken sequence'], ['eda080', 'surrogate'], ['c080', 'overlong'], ['ff', 'no UTF-8']])('C7: bytes %s (%s) are refused', async (hex) => {
    const bytes = Buffer.from(hex, 'hex');
    for (const annotation of [{ converted: CONVERTED.utf8 }, {}]) {
      const error = await failure(await table('c VARCHAR(50)'), [{ name: 'c', physical: PHYSICAL.bytes, ...annotation, values: [bytesValue('fine'), bytesValue(bytes)] }]);
      expect(error).toMatchObject({ code: 'XX000', message: 'Spectrum Scan Error' });
      expect(error.detail).toMatch(/code: {6}1220\n {2}context: {3}String contains invalid or unsupported UTF8 codepoints\. Bad UTF8 hex sequence: /);
    }
  });

  test.each([{ converted: CONVERTED.utf8 }, {}])('C7: ACCEPTINVCHARS replaces each bad byte in VARCHAR, and nothing else: %o', async (annotation) => {
    const name = await table('id BIGINT, c VARCHAR(20), e VARCHAR(20)');
    const bad = [Buffer.from([0x61, 0xff, 0xc3]), Buffer.from([0xed, 0xa0, 0x80, 0x62]), Buffer.from('größe')].map(bytesValue);
    const file = (): TinyColumn[] => [bigint('id', 1n, 2n, 3n, 4n), { name: 'c', physical: PHYSICAL.bytes, ...annotation, values: [...bad, null] }, text('e', 'tab\there', '"quoted"', 'ü', null)];
    await load(name, file(), undefined, ' ACCEPTINVCHARS');
    expect((await client.query(`SELECT c, e FROM ${name} ORDER BY id`)).rows).toEqual([{ c: 'a??', e: 'tab\there' }, { c: '???b', e: '"quoted"' }, { c: 'größe', e: 'ü' }, { c: null, e: null }]);
    await client.query(`DELETE FROM ${name}`);
    await load(name, file(), undefined, " ACCEPTINVCHARS AS '^'");
    expect((await client.query(`SELECT c FROM ${name} ORDER BY id`)).rows).toEqual([{ c: 'a^^' }, { c: '^^^b' }, { c: 'größe' }, { c: null }]);
    const short = await failure(await table('c VARCHAR(2)'), [{ name: 'c', physical: PHYSICAL.bytes, ...annotation, values: [bad[0]!] }], undefined, ' ACCEPTINVCHARS');
    expect(short.detail).toContain('Table: 2, Data: 3');
  });

  test('C7: a NUL byte is refused', async () => {
    expect((await failure(await table('c VARCHAR(50)'), [text('c', 'a\0b')])).detail).toContain('code:      1218');
  });

  test('C8: NULL into NOT NULL, from the file and by leaving the column out', async () => {
    const name = await table('a BIGINT NOT NULL, b BIGINT');
    expect(await failure(name, [bigint('a', 1n, null), bigint('b', 1n, null)])).toMatchObject({ code: 'XX000', message: 'Cannot insert a NULL value into column a' });
    expect(await failure(`${name} (b)`, [bigint('b', 1n)])).toMatchObject({ code: 'XX000', message: 'Cannot insert a NULL value into column a' });
  });

  test('C8: a NOT NULL column with a DEFAULT takes it for NULL', async () => {
    const name = await table(`id BIGINT, n INTEGER NOT NULL DEFAULT 7, s VARCHAR(20) NOT NULL DEFAULT 'it''s\\\\\tx', d DECIMAL(5,2) NOT NULL DEFAULT 1.5, t BOOLEAN NOT NULL DEFAULT true`);
    await load(`${name} (id, n, s)`, [bigint('id', 1n, 2n), { name: 'n', physical: PHYSICAL.int32, values: [null, int32Value(3)] }, text('s', null, 'given')]);
    await load(name, [bigint('id', 3n)], undefined, ' FILLRECORD');
    expect((await client.query(`SELECT n, s, d, t FROM ${name} ORDER BY id`)).rows).toEqual([
      { n: 7, s: "it's\\\tx", d: '1.50', t: true }, { n: 3, s: 'given', d: '1.50', t: true }, { n: 7, s: "it's\\\tx", d: '1.50', t: true },
    ]);
  });

  test('C9: SUPER needs SERIALIZETOJSON, a scalar column refuses nested data', async () => {
    const name = await table('id BIGINT, s SUPER');
    await world.parquet('nested.parquet', "SELECT 1::BIGINT AS id, {'a': [1, 2], 'b': 'x'} AS s");
    world.manifest('nested.json', ['nested.parquet']);
    expect(await failureOf(client, copyText(name, 'nested.json'))).toMatchObject({ code: 'XX000', message: 'SUPER column in COPY query requires SERIALIZETOJSON option' });
    await client.query(copyText(name, 'nested.json', ' SERIALIZETOJSON'));
    expect((await client.query(`SELECT s FROM ${name}`)).rows).toEqual([{ s: '{"a":[1,2],"b":"x"}' }]);
    const scalar = await failureOf(client, copyText(await table('id BIGINT, s VARCHAR(50)'), 'nested.json', ' SERIALIZETOJSON'));
    expect(scalar.message).toBe('Assert');
    expect(scalar.detail).toMatch(/code: {6}1000\n {2}context: {3}Unreachable - Invalid type: 4000/);
  });

  test('C10: a string over 65,535 bytes does not go into SUPER', async () => {
    const error = await failure(await table('s SUPER'), [text('s', 'x'.repeat(65_536))], undefined, ' SERIALIZETOJSON');
    expect(error.detail).toMatch(/code: {6}1224\n {2}context: {3}String value exceeds the max size of 65535 bytes/);
    await load(await table('s SUPER'), [text('s', 'x'.repeat(65_535))], undefined, ' SERIALIZETOJSON');
  });

  test('C16: a row over 4 MB', async () => {
    const columns = Array.from({ length: 70 }, (_unused, index) => `c${index}`);
    const name = await table(columns.map((column) => `${column} VARCHAR(65535)`).join(', '));
    const row = (bytes: number): TinyColumn[] => columns.map((column) => text(column, 'x'.repeat(bytes)));
    await load(name, row(59_900));
    expect((await failure(name, row(60_000))).detail).toContain('exceeds the maximum of 4194304 bytes');
  });

  test('C17: a string that holds JSON stays a string in SUPER until JSON_PARSE', async () => {
    const name = await table('s SUPER');
    await load(name, [text('s', '{"a": 1}')], undefined, ' SERIALIZETOJSON');
    expect((await client.query(`SELECT s, json_typeof(s) AS kind FROM ${name}`)).rows).toEqual([{ s: '"{\\"a\\": 1}"', kind: 'string' }]);
    expect((await client.query(`SELECT JSON_PARSE('{"b": [1, "x y"], "a": 1}') AS s`)).rows).toEqual([{ s: '{"b":[1,"x y"],"a":1}' }]);
  });

  test('every value arrives as it was', async () => {
    const name = await table('i SMALLINT, b BIGINT, d DECIMAL(38,10), n DECIMAL(5,2), ts TIMESTAMP, tz TIMESTAMPTZ, dt DATE, f REAL, g DOUBLE PRECISION, t VARCHAR(100), v VARBYTE(10), ok BOOLEAN');
    const micros = (iso: string, rest = 0n): Buffer => int64Value(BigInt(Date.parse(iso)) * 1000n + rest);
    const decimal = (column: string, precision: number, scale: number, length: number, values: (bigint | null)[]): TinyColumn => ({
      name: column, physical: PHYSICAL.fixed, typeLength: length, logical: LOGICAL.decimal(precision, scale), converted: CONVERTED.decimal, precision, scale, values: values.map((value) => (value === null ? null : fixedDecimal(value, length))),
    });
    const strings = ['', 'NULL', '\\N', 'a\tb\nc\rd\\e\\.\n\\.\n', '😀 ä "q" \'s\'', null];
    await load(name, [
      { name: 'i', physical: PHYSICAL.int32, converted: CONVERTED.int16, values: [-32768, 32767, 0, 1, 2].map(int32Value).concat([null as never]) },
      bigint('b', -(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 9007199254740993n, null),
      decimal('d', 38, 10, 16, [10n ** 38n - 1n, -(10n ** 38n) + 1n, 0n, 1n, -1n, null]),
      decimal('n', 5, 2, 3, [99999n, -99999n, 0n, 115n, -1n, null]),
      { name: 'ts', physical: PHYSICAL.int64, logical: LOGICAL.timestamp('micros', false), values: [micros('9999-12-31T23:59:59.999Z', 999n), micros('1960-01-01T00:00:00Z', 1n), micros('1000-01-01T00:00:00Z'), int64Value(-1n), int64Value(0n), null] },
      { name: 'tz', physical: PHYSICAL.int64, logical: LOGICAL.timestamp('micros', true), values: [micros('9999-12-31T23:59:59.999Z', 999n), micros('1960-01-01T00:00:00Z', 1n), micros('1000-01-01T00:00:00Z'), int64Value(-1n), int64Value(0n), null] },
      { name: 'dt', physical: PHYSICAL.int32, converted: CONVERTED.date, logical: LOGICAL.date, values: [int32Value(2932896), int32Value(-1), int32Value(0), int32Value(-354285), int32Value(1), null] },
      { name: 'f', physical: PHYSICAL.float, values: [floatValue(16777216), floatValue(-0), floatValue(NaN), floatValue(Infinity), floatValue(0.1), null] },
      { name: 'g', physical: PHYSICAL.double, values: [doubleValue(0.1 + 0.2), doubleValue(-0), doubleValue(NaN), doubleValue(-Infinity), doubleValue(5e-324), null] },
      text('t', ...strings),
      { name: 'v', physical: PHYSICAL.bytes, values: [bytesValue(Buffer.from('00ff5c0a09', 'hex')), bytesValue(Buffer.alloc(0)), bytesValue('a'), bytesValue('b'), bytesValue('c'), null] },
      { name: 'ok', physical: PHYSICAL.boolean, values: [Buffer.from([0b10101]), Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0), null] },
    ]);
    client.setTypeParser(1114, (value) => value);
    client.setTypeParser(1184, (value) => value);
    client.setTypeParser(1082, (value) => value);
    client.setTypeParser(700, (value) => value);
    client.setTypeParser(701, (value) => value);
    const { rows, fields } = await client.query(`SELECT * FROM ${name} ORDER BY b NULLS LAST`);
    expect(fields.map((field) => field.dataTypeID)).toEqual([21, 20, 1700, 1700, 1114, 1184, 1082, 700, 701, 1043, 6551, 16]);
    const column = (key: string): unknown[] => rows.map((row) => row[key]);
    expect(column('b')).toEqual(['-9223372036854775808', '-1', '0', '9007199254740993', '9223372036854775807', null]);
    expect(column('d')).toEqual(['9999999999999999999999999999.9999999999', '0.0000000001', '0.0000000000', '-0.0000000001', '-9999999999999999999999999999.9999999999', null]);
    expect(column('n')).toEqual(['999.99', '1.15', '0.00', '-0.01', '-999.99', null]);
    expect(column('ts')).toEqual(['9999-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999', '1000-01-01 00:00:00', '1970-01-01 00:00:00', '1960-01-01 00:00:00.000001', null]);
    expect(column('tz')).toEqual(['9999-12-31 23:59:59.999999+00', '1969-12-31 23:59:59.999999+00', '1000-01-01 00:00:00+00', '1970-01-01 00:00:00+00', '1960-01-01 00:00:00.000001+00', null]);
    expect(column('dt')).toEqual(['9999-12-31', '1000-01-01', '1970-01-01', '1970-01-02', '1969-12-31', null]);
    expect(column('f')).toEqual(['1.6777216e+07', 'Infinity', 'NaN', '0.1', '-0', null]);
    expect(column('g')).toEqual(['0.30000000000000004', '-Infinity', 'NaN', '5e-324', '-0', null]);
    expect(column('t')).toEqual([strings[0], strings[3], strings[2], strings[4], strings[1], null]);
    expect(column('v')).toEqual(['00ff5c0a09', '62', '61', '63', '', null]);
    expect(column('ok')).toEqual([true, false, true, true, false, null]);
  });
});

describe('files', () => {
  const manifestOf = (document: unknown): string => {
    world.s3.objects.set('bucket/odd.json', Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)));
    return 'odd.json';
  };

  test('C11: every entry has its true length', async () => {
    const name = await table('a BIGINT');
    const bytes = tinyParquet([bigint('a', 1n)]);
    world.s3.objects.set('bucket/plain.parquet', bytes);
    const missing = await failureOf(client, copyText(name, manifestOf({ entries: [{ url: 's3://bucket/plain.parquet', mandatory: true }] })));
    expect(missing).toMatchObject({ code: 'XX000', message: "File entry does not have 'meta' key." });
    expect(missing.detail).toMatch(/code: {6}15003/);
    for (const length of [bytes.length - 1, bytes.length + 1]) {
      expect((await failureOf(client, copyText(name, put(bytes, length)))).detail).toContain('HTTP response error code: 416 Message: InvalidRange');
    }
  });

  test('C20: files of one length, one after the other, are each read anew', async () => {
    const name = await table('a BIGINT');
    const parts = Array.from({ length: 20 }, (_unused, index) => `alike/${index}.parquet`);
    for (const [index, part] of parts.entries()) world.s3.objects.set(`bucket/${part}`, tinyParquet([bigint('a', BigInt(index))]));
    world.manifest('alike.json', parts);
    await client.query(copyText(name, 'alike.json'));
    expect((await client.query(`SELECT a FROM ${name} ORDER BY a`)).rows).toEqual(parts.map((_part, index) => ({ a: String(index) })));
  });

  test('C12: nothing to load is a failure', async () => {
    const name = await table('a BIGINT');
    const bytes = tinyParquet([bigint('a', 1n)]);
    world.s3.objects.set('bucket/runs/1/part.parquet', bytes);
    world.s3.objects.set('bucket/runs/1/_hidden', Buffer.from('x'));
    world.s3.objects.set('bucket/runs/1/empty', Buffer.alloc(0));
    const prefix = (path: string): string => `COPY ${name} FROM 's3://bucket/${path}' IAM_ROLE '${ROLE}' PARQUET`;
    expect((await failureOf(client, prefix('runs/2/'))).message).toBe("The specified S3 prefix 'runs/2/' does not exist");
    await client.query(prefix('runs/1/'));
    expect((await failureOf(client, copyText(name, 'none.json'))).message).toBe("The specified S3 prefix 'none.json' does not exist");
    expect((await failureOf(client, copyText(name, manifestOf({ entries: [] })))).code).toBe('XX000');
    expect((await failureOf(client, copyText(name, manifestOf('{')))).message).toContain('not in correct json format');
    const entry = (mandatory: boolean): unknown => ({ entries: [{ url: 's3://bucket/gone.parquet', mandatory, meta: { content_length: 5 } }, { url: 's3://bucket/runs/1/part.parquet', mandatory, meta: { content_length: bytes.length } }] });
    expect((await failureOf(client, copyText(name, manifestOf(entry(true))))).message).toContain('The file s3://bucket/gone.parquet specified in manifest');
    await client.query(copyText(name, manifestOf(entry(false))));
    expect((await client.query(`SELECT count(*) AS n FROM ${name}`)).rows).toEqual([{ n: '2' }]);
  });

  test('C18: a file that is not Parquet', async () => {
    const name = await table('a BIGINT');
    expect((await failureOf(client, copyText(name, put(Buffer.from('id,name\n1,x\n'))))).detail).toContain('has an invalid version number');
    expect((await failureOf(client, copyText(name, put(tinyParquet([bigint('a', 1n)]).subarray(0, -9))))).detail).toContain('has an invalid version number');
  });

  test.each([['page version 2', { pageType: 3 }, 'data page version 2'], ['DELTA_BINARY_PACKED', { encoding: 5 }, 'encoding DELTA_BINARY_PACKED'], ['BYTE_STREAM_SPLIT', { encoding: 9 }, 'encoding BYTE_STREAM_SPLIT'], ['BROTLI', { codec: 4 }, 'codec BROTLI'], ['LZ4_RAW', { codec: 7 }, 'codec LZ4_RAW']])(
    'C18: %s is refused', async (_name, odd, reason) => {
      expect((await failure(await table('a BIGINT'), [bigint('a', 1n)], odd)).detail).toContain(reason);
    });

  test.each(['snappy', 'gzip', 'zstd', 'uncompressed'])('a file compressed with %s loads', async (codec) => {
    const name = await table('a BIGINT, s VARCHAR(30)');
    await world.parquet(`${codec}.parquet`, "SELECT i::BIGINT AS a, 'value ' || i AS s FROM range(5000) r(i)", `, CODEC '${codec}'`);
    world.manifest(`${codec}.json`, [`${codec}.parquet`]);
    await client.query(copyText(name, `${codec}.json`));
    expect((await client.query(`SELECT count(*) AS n, sum(a) AS s, max(s) AS m FROM ${name}`)).rows).toEqual([{ n: '5000', s: '12497500', m: 'value 999' }]);
  });
});
