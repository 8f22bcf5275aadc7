import type { ParquetType } from '@tidemark/domain';
import { parquetMetadata } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchOf, decimalType, type Cell } from '../../test/columns.ts';
import { memoryStore } from '../../test/memory-store.ts';
import { Readers } from '../../test/read-back.ts';
import type { Compression } from '../pages/codec.ts';
import { ParquetFileWriter } from './parquet-file-writer.ts';

let readers: Readers;
beforeAll(async () => {
  readers = await Readers.open();
});
afterAll(async () => {
  await readers[Symbol.asyncDispose]();
});

async function fileOf(types: readonly ParquetType[], columns: readonly (readonly Cell[])[], compression: Compression = 'snappy'): Promise<Uint8Array> {
  const store = memoryStore();
  const writer = new ParquetFileWriter({ sink: await store.openSink('f'), columns: types.map((parquet, c) => ({ name: `c${c}`, parquet })), compression });
  await writer.writeRowGroup([batchOf(types, columns)]);
  await writer.close();
  return store.files.get('f')!;
}

const hyparquetFooter = (file: Uint8Array) => parquetMetadata(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer);

/** Bytes per precision that Redshift's reader asks for, from 1 digit to 38. */
const LEAST_BYTES = [1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 9, 9, 9, 10, 10, 11, 11, 11, 12, 12, 13, 13, 13, 14, 14, 15, 15, 16, 16, 16];

test('a decimal of each precision has its least fixed length, as two other readers see it', async () => {
  const types = LEAST_BYTES.map((_, index) => decimalType(index + 1, Math.min(index + 1, 37)));
  const file = await fileOf(types, types.map(() => [1n, null]));
  const expected = LEAST_BYTES.map((bytes, index) => [`c${index}`, 'FIXED_LEN_BYTE_ARRAY', bytes, index + 1, Math.min(index + 1, 37)]);
  expect(hyparquetFooter(file).schema.slice(1).map(({ name, type, type_length: bytes, precision, scale }) => [name, type, bytes, precision, scale])).toEqual(expected);
  const rows = await readers.query(file, "SELECT name, type, type_length::INT AS bytes, precision::INT AS precision, scale::INT AS scale FROM parquet_schema(FILE) WHERE name <> 'schema'");
  expect(rows.map((row) => Object.values(row))).toEqual(expected);
});

const TYPES: readonly (readonly [ParquetType, readonly Cell[]])[] = [
  [{ physical: 'BOOLEAN' }, [true, null]],
  [{ physical: 'INT32', logical: 'INT16' }, [-1, null]],
  [{ physical: 'INT32', logical: 'INT32' }, [-1, null]],
  [{ physical: 'INT64', logical: 'INT64' }, [-1n, null]],
  [{ physical: 'FLOAT' }, [1.5, null]],
  [{ physical: 'DOUBLE' }, [1.5, null]],
  [{ physical: 'INT32', logical: 'DATE' }, [-1, null]],
  [{ physical: 'INT64', logical: 'TIMESTAMP_MICROS' }, [-1n, null]],
  [{ physical: 'BYTE_ARRAY', logical: 'STRING' }, ['a', null]],
  [{ physical: 'BYTE_ARRAY', logical: 'NONE' }, [Uint8Array.of(255), null]],
];

test.each<[Compression, string]>([['snappy', 'SNAPPY'], ['gzip', 'GZIP'], ['zstd', 'ZSTD'], ['uncompressed', 'UNCOMPRESSED']])('%s: every column is optional, in a type and in encodings of format 1, as DuckDB sees it', async (compression, codec) => {
  const file = await fileOf(TYPES.map(([type]) => type), TYPES.map(([, cells]) => cells), compression);
  const schema = await readers.query(file, "SELECT type, repetition_type, converted_type, logical_type FROM parquet_schema(FILE) WHERE name <> 'schema'");
  expect(schema.map((row) => Object.values(row))).toEqual([
    ['BOOLEAN', 'OPTIONAL', null, null],
    // DuckDB shows the width as the character of that number.
    ['INT32', 'OPTIONAL', 'INT_16', 'IntType(bitWidth=\u0010, isSigned=1)'],
    ['INT32', 'OPTIONAL', null, null],
    ['INT64', 'OPTIONAL', null, null],
    ['FLOAT', 'OPTIONAL', null, null],
    ['DOUBLE', 'OPTIONAL', null, null],
    ['INT32', 'OPTIONAL', 'DATE', 'DateType()'],
    ['INT64', 'OPTIONAL', null, expect.stringMatching(/^TimestampType\(isAdjustedToUTC=0, .*MICROS=MicroSeconds\(\)/)],
    ['BYTE_ARRAY', 'OPTIONAL', 'UTF8', 'StringType()'],
    ['BYTE_ARRAY', 'OPTIONAL', null, null],
  ]);
  const chunks = await readers.query(file, 'SELECT compression, encodings FROM parquet_metadata(FILE)');
  for (const { compression: found, encodings } of chunks) {
    expect(found).toBe(codec);
    for (const encoding of String(encodings).split(', ')) expect(['PLAIN', 'RLE', 'PLAIN_DICTIONARY']).toContain(encoding);
  }
  expect(await readers.query(file, 'SELECT format_version::INT AS version FROM parquet_file_metadata(FILE)')).toEqual([{ version: 1 }]);
});

test('statistics are in the order of bytes, of signed numbers and of unscaled decimals, as two other readers see it', async () => {
  const types: readonly ParquetType[] = [{ physical: 'BYTE_ARRAY', logical: 'STRING' }, decimalType(20, 2), { physical: 'INT64', logical: 'INT64' }, { physical: 'INT32', logical: 'DATE' }];
  // In UTF-16 the first would be the greater text, in bytes the second is.
  const file = await fileOf(types, [['\uFFFD', '\u{1F600}', null, 'é'], [-100n, 5n, null, 99n], [-1n, 2n ** 40n, null, 0n], [-1, 0, null, 1]]);
  const ranges = await readers.query(file, 'SELECT stats_min_value AS low, stats_max_value AS high, stats_null_count::INT AS nulls FROM parquet_metadata(FILE)');
  expect(ranges.map((row) => Object.values(row))).toEqual([['é', '\u{1F600}', 1], ['-1.00', '0.99', 1], ['-1', String(2n ** 40n), 1], ['1969-12-31', '1970-01-02', 1]]);
  const statistics = hyparquetFooter(file).row_groups[0]!.columns.map(({ meta_data: meta }) => meta!.statistics!);
  expect(statistics.map(({ null_count: nulls }) => Number(nulls))).toEqual([1, 1, 1, 1]);
  expect([statistics[0]!.min_value, statistics[0]!.max_value]).toEqual(['é', '\u{1F600}']);
  expect([statistics[2]!.min_value, statistics[2]!.max_value]).toEqual([-1n, 2n ** 40n]);
});
