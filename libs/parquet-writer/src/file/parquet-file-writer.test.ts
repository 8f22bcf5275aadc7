import { createHash } from 'node:crypto';
import thrift from '@dsnp/parquetjs/dist/gen-nodejs/parquet_types.js';
import type { ParquetType } from '@tidemark/domain';
import { parquetMetadata } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchOf, decimalType, type Cell } from '../../test/columns.ts';
import { footerOf, pagesBetween } from '../../test/file-layout.ts';
import { memoryStore } from '../../test/memory-store.ts';
import { Readers } from '../../test/read-back.ts';
import type { Compression } from '../pages/codec.ts';
import { ParquetFileWriter, type WrittenFile } from './parquet-file-writer.ts';

let readers: Readers;
beforeAll(async () => {
  readers = await Readers.open();
});
afterAll(async () => {
  await readers[Symbol.asyncDispose]();
});

interface Column {
  readonly name: string;
  readonly type: ParquetType;
  readonly cells: readonly Cell[];
}

async function write(columns: readonly Column[], compression: Compression, groups = 1): Promise<{ file: Uint8Array; written: WrittenFile }> {
  const store = memoryStore();
  const writer = new ParquetFileWriter({ sink: await store.openSink('f'), columns: columns.map(({ name, type }) => ({ name, parquet: type })), compression });
  const batch = batchOf(columns.map(({ type }) => type), columns.map(({ cells }) => cells));
  for (let i = 0; i < groups; i++) await writer.writeRowGroup([batch]);
  const written = await writer.close();
  return { file: store.files.get('f')!, written };
}

const repeated = <T>(count: number, cell: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => cell(i));

const ALL: readonly Column[] = [
  { name: 'small', type: { physical: 'INT32', logical: 'INT16' }, cells: [1, null] },
  { name: 'normal', type: { physical: 'INT32', logical: 'INT32' }, cells: [1, null] },
  { name: 'big', type: { physical: 'INT64', logical: 'INT64' }, cells: [1n, null] },
  { name: 'day', type: { physical: 'INT32', logical: 'DATE' }, cells: [1, null] },
  { name: 'at', type: { physical: 'INT64', logical: 'TIMESTAMP_MICROS' }, cells: [1n, null] },
  { name: 'text', type: { physical: 'BYTE_ARRAY', logical: 'STRING' }, cells: ['a', null] },
  { name: 'blob', type: { physical: 'BYTE_ARRAY', logical: 'NONE' }, cells: [Uint8Array.of(1), null] },
  { name: 'price', type: decimalType(20, 4), cells: [1n, null] },
  { name: 'flag', type: { physical: 'BOOLEAN' }, cells: [true, null] },
  { name: 'real', type: { physical: 'FLOAT' }, cells: [1, null] },
  { name: 'double', type: { physical: 'DOUBLE' }, cells: [1, null] },
];

test('chunks belong to a sink, but for one that keeps nothing: their memory is given up, and the file is the same', async () => {
  const cells = repeated(20_000, (i) => BigInt(i * 977));
  const fileOf = async (keepsNothing: boolean): Promise<{ file: Buffer; left: number }> => {
    const chunks: Uint8Array[] = [];
    const copies: Buffer[] = [];
    const sink = {
      keepsNothing,
      write: (chunk: Uint8Array) => {
        chunks.push(chunk);
        copies.push(Buffer.from(chunk));
        return Promise.resolve();
      },
      close: () => Promise.resolve({ etag: '', byteLength: copies.reduce((sum, { length }) => sum + length, 0) }),
      abort: () => Promise.resolve(),
    };
    const writer = new ParquetFileWriter({ sink, columns: [{ name: 'id', parquet: { physical: 'INT64', logical: 'INT64' } }], compression: 'snappy' });
    await writer.writeRowGroup([batchOf([{ physical: 'INT64', logical: 'INT64' }], [cells])]);
    await writer.close();
    return { file: Buffer.concat(copies), left: chunks.reduce((sum, { length }) => sum + length, 0) };
  };
  const [kept, given] = [await fileOf(false), await fileOf(true)];
  expect(given.file.equals(kept.file)).toBe(true);
  expect(kept.left).toBe(kept.file.length);
  // What shares memory with other Buffers stays: page headers and the like.
  expect(given.left).toBeLessThan(2000);
});

describe('the schema in the footer', () => {
  test('as an independent reader sees it', async () => {
    const { file } = await write(ALL, 'snappy');
    const [root, ...columns] = parquetMetadata(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer).schema;
    expect(root).toEqual({ name: 'schema', num_children: ALL.length });
    expect(columns.map(({ repetition_type }) => repetition_type)).toEqual(ALL.map(() => 'OPTIONAL'));
    expect(columns.map(({ name, type, type_length, converted_type, logical_type, precision, scale }) => ({ name, type, type_length, converted_type, logical_type, precision, scale }))).toEqual([
      { name: 'small', type: 'INT32', converted_type: 'INT_16', logical_type: { type: 'INTEGER', bitWidth: 16, isSigned: true } },
      { name: 'normal', type: 'INT32' },
      { name: 'big', type: 'INT64' },
      { name: 'day', type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
      { name: 'at', type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } },
      { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
      { name: 'blob', type: 'BYTE_ARRAY' },
      { name: 'price', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 9, converted_type: 'DECIMAL', logical_type: { type: 'DECIMAL', precision: 20, scale: 4 }, precision: 20, scale: 4 },
      { name: 'flag', type: 'BOOLEAN' },
      { name: 'real', type: 'FLOAT' },
      { name: 'double', type: 'DOUBLE' },
    ]);
  });

  test('columns keep their order whatever their names are', async () => {
    const type: ParquetType = { physical: 'INT32', logical: 'INT32' };
    const names = ['b', '2024', 'constructor', '10', 'a.b', 'ü', 'a,b', '__proto__x'];
    const { file } = await write(names.map((name, i) => ({ name, type, cells: [i] })), 'snappy');
    expect(footerOf(file).schema.slice(1).map(({ name }) => name)).toEqual(names);
    expect(await readers.query(file, 'SELECT "2024" AS second, "a.b" AS fifth FROM FILE')).toEqual([{ second: 1, fifth: 4 }]);
  });

  test('column orders are declared, without which min_value and max_value do not count', async () => {
    const { file } = await write(ALL, 'snappy');
    expect(footerOf(file).column_orders).toEqual(ALL.map(() => new thrift.ColumnOrder({ TYPE_ORDER: new thrift.TypeDefinedOrder() })));
  });
});

test('a file of one column, byte by byte up to its footer', async () => {
  const { file } = await write([{ name: 'n', type: { physical: 'INT32', logical: 'INT32' }, cells: [5, null, -1] }], 'uncompressed');
  expect(Buffer.from(file).toString('hex').startsWith([
    '50415231', // PAR1
    '1500' + '151c' + '151c', // page header: data page, 14 bytes, 14 bytes
    '2c' + '1506' + '1500' + '1506' + '1506' + '00' + '00', // 3 values, PLAIN, levels RLE; end of both structs
    '02000000' + '0305', // levels: 2 bytes, one packed group, 101
    '05000000' + 'ffffffff',
  ].join(''))).toBe(true);
  expect(Buffer.from(file).subarray(-4).toString('latin1')).toBe('PAR1');
});

describe.each<[Compression, number]>([['uncompressed', 0], ['snappy', 1], ['gzip', 2], ['zstd', 6]])('%s', (compression, codec) => {
  const columns: readonly Column[] = [
    { name: 'id', type: { physical: 'INT64', logical: 'INT64' }, cells: repeated(45_000, (i) => BigInt(i) * 977n) },
    { name: 'state', type: { physical: 'BYTE_ARRAY', logical: 'STRING' }, cells: repeated(45_000, (i) => (i % 9 === 0 ? null : `state ${i % 30}`)) },
    { name: 'note', type: { physical: 'BYTE_ARRAY', logical: 'STRING' }, cells: repeated(45_000, (i) => `${i}${'n'.repeat(80)}`) },
    { name: 'none', type: decimalType(38, 10), cells: repeated(45_000, () => null) },
  ];

  test('every offset, size, encoding and page header of the file holds', async () => {
    const { file, written } = await write(columns, compression, 2);
    const footer = footerOf(file);
    expect(footer.version).toBe(1);
    expect(Number(footer.num_rows)).toBe(90_000);
    expect(written).toMatchObject({ rowCount: 90_000, byteLength: file.length, sha256: createHash('sha256').update(file).digest('hex') });
    expect(footer.row_groups).toHaveLength(2);

    let at = 4;
    for (const group of footer.row_groups) {
      expect(Number(group.file_offset)).toBe(at);
      expect(Number(group.num_rows)).toBe(45_000);
      let groupPlain = 0;
      const groupStart = at;
      for (const [c, chunk] of group.columns.entries()) {
        const meta = chunk.meta_data!;
        const isDictionary = columns[c]!.name === 'state';
        const end = at + Number(meta.total_compressed_size);
        const pages = pagesBetween(file, at, end);

        expect(Number(chunk.file_offset)).toBe(at);
        expect(meta.path_in_schema).toEqual([columns[c]!.name]);
        expect(meta.codec).toBe(codec);
        expect(Number(meta.num_values)).toBe(45_000);
        expect(meta.encodings).toEqual([isDictionary ? thrift.Encoding.PLAIN_DICTIONARY : thrift.Encoding.PLAIN, thrift.Encoding.RLE]);
        expect(Number(meta.statistics!.null_count)).toBe(columns[c]!.cells.filter((cell) => cell === null).length);

        const dictionaryPages = pages.filter(({ header }) => header.type === thrift.PageType.DICTIONARY_PAGE);
        const dataPages = pages.filter(({ header }) => header.type === thrift.PageType.DATA_PAGE);
        expect(pages).toHaveLength(dictionaryPages.length + dataPages.length);
        expect(dictionaryPages).toHaveLength(isDictionary ? 1 : 0);
        expect(dataPages.length).toBeGreaterThan(2);
        if (isDictionary) {
          expect(pages[0]!.header.dictionary_page_header).toMatchObject({ num_values: 30, encoding: thrift.Encoding.PLAIN_DICTIONARY });
          expect(Number(meta.dictionary_page_offset)).toBe(at);
          expect(Number(meta.data_page_offset)).toBe(at + pages[0]!.headerBytes + pages[0]!.body.length);
        } else {
          expect(meta.dictionary_page_offset ?? null).toBeNull();
          expect(Number(meta.data_page_offset)).toBe(at);
        }
        for (const { header } of dataPages) {
          expect(header.data_page_header).toMatchObject({
            encoding: isDictionary ? thrift.Encoding.PLAIN_DICTIONARY : thrift.Encoding.PLAIN,
            definition_level_encoding: thrift.Encoding.RLE,
            repetition_level_encoding: thrift.Encoding.RLE,
          });
          expect(header.data_page_header!.num_values).toBeLessThanOrEqual(20_000);
          expect(header.data_page_header_v2 ?? null).toBeNull();
        }
        expect(dataPages.reduce((sum, { header }) => sum + header.data_page_header!.num_values, 0)).toBe(45_000);
        const plain = pages.reduce((sum, { header, headerBytes }) => sum + headerBytes + header.uncompressed_page_size, 0);
        expect(Number(meta.total_uncompressed_size)).toBe(plain);
        groupPlain += plain;
        at = end;
      }
      expect(Number(group.total_byte_size)).toBe(groupPlain);
      expect(Number(group.total_compressed_size)).toBe(at - groupStart);
    }
    expect(at).toBe(file.length - 8 - Buffer.from(file).readUInt32LE(file.length - 8));
  });
});

test('statistics carry the range, the NULLs, and none of the deprecated fields', async () => {
  const { file } = await write([{ name: 'n', type: { physical: 'INT32', logical: 'INT32' }, cells: [300, null, -1] }, { name: 'f', type: { physical: 'DOUBLE' }, cells: [1, NaN, null] }], 'snappy');
  const [n, f] = footerOf(file).row_groups[0]!.columns.map((chunk) => chunk.meta_data!.statistics!);
  expect(Number(n!.null_count)).toBe(1);
  expect([...n!.min_value!]).toEqual([255, 255, 255, 255]);
  expect([...n!.max_value!]).toEqual([44, 1, 0, 0]);
  expect([n!.min, n!.max, f!.min_value, f!.max_value].map((bound) => bound ?? null)).toEqual([null, null, null, null]);
});

test('an empty string is a bound', async () => {
  const { file } = await write([{ name: 's', type: { physical: 'BYTE_ARRAY', logical: 'STRING' }, cells: ['', 'a'] }], 'snappy');
  expect(footerOf(file).row_groups[0]!.columns[0]!.meta_data!.statistics!.min_value).toHaveLength(0);
});

test('a reader that trusts the statistics finds each value', async () => {
  const cells = repeated(5000, (i) => (i % 2 === 0 ? -1n : 1n) * BigInt(i) ** 4n);
  const { file } = await write([{ name: 'd', type: decimalType(24, 3), cells }], 'zstd');
  expect(await readers.query(file, `SELECT count(*)::INT AS n FROM FILE WHERE d = ${cells.at(-1)!}::DECIMAL(38,0) / 1000 OR d = 0`)).toEqual([{ n: 2 }]);
});

test('rows whose vectors lie are refused and nothing of them is written', async () => {
  const store = memoryStore();
  const writer = new ParquetFileWriter({ sink: await store.openSink('f'), columns: [{ name: 'n', parquet: { physical: 'INT32', logical: 'INT32' } }], compression: 'snappy' });
  await expect(writer.writeRowGroup([{ rowCount: 2, columns: [{ bytes: new Uint8Array(4), valueCount: 2, defined: Uint8Array.of(1, 1) }] }])).rejects.toMatchObject({ code: 'PARQUET_BATCH_INVALID' });
  expect(writer.rowCount).toBe(0);
});

const INT: ParquetType = { physical: 'INT32', logical: 'INT32' };
test.each<[string, { name: string; parquet: ParquetType }[]]>([
  ['no columns', []],
  ['a name twice', [{ name: 'a', parquet: INT }, { name: 'a', parquet: INT }]],
  ['an empty name', [{ name: '', parquet: INT }]],
  ['a decimal longer than its precision needs', [{ name: 'a', parquet: { ...decimalType(18, 2), typeLength: 16 } }]],
  ['a decimal of 39 digits', [{ name: 'a', parquet: { ...decimalType(38, 2), precision: 39, typeLength: 17 } }]],
  ['more digits after the point than there are', [{ name: 'a', parquet: { ...decimalType(5, 2), scale: 6 } }]],
])('%s cannot make a file', async (_, columns) => {
  const sink = await memoryStore().openSink('f');
  expect(() => new ParquetFileWriter({ sink, columns, compression: 'snappy' })).toThrow(expect.objectContaining({ code: 'PARQUET_REQUEST_INVALID', exit: 10 }));
});

test('the ranges of all columns are right where a row group joins several batches', async () => {
  const types: readonly ParquetType[] = [{ physical: 'BYTE_ARRAY', logical: 'STRING' }, decimalType(20, 4), { physical: 'BYTE_ARRAY', logical: 'STRING' }];
  const store = memoryStore();
  const columns = types.map((parquet, c) => ({ name: `c${c}`, parquet }));
  const writer = new ParquetFileWriter({ sink: await store.openSink('f'), columns, compression: 'snappy' });
  const batchFrom = (first: number): ReturnType<typeof batchOf> =>
    batchOf(types, [repeated(50, (i) => `left ${first + i}`), repeated(50, (i) => BigInt(first + i)), repeated(50, (i) => `right ${first + i}`)]);
  await writer.writeRowGroup([batchFrom(100), batchFrom(200), batchFrom(300)]);
  await writer.close();
  const ranges = footerOf(store.files.get('f')!).row_groups[0]!.columns.map(({ meta_data }) => [meta_data!.statistics!.min_value, meta_data!.statistics!.max_value].map((value) => Buffer.from(value!)));
  expect(ranges[0]!.map(String)).toEqual(['left 100', 'left 349']);
  expect(ranges[1]!.map((value) => BigInt(`0x${value.toString('hex')}`))).toEqual([100n, 349n]);
  expect(ranges[2]!.map(String)).toEqual(['right 100', 'right 349']);
});
