import { serializeThrift } from '@dsnp/parquetjs/dist/lib/util.js';
import fc from 'fast-check';
import Int64 from 'node-int64';
import { expect, test } from 'vitest';
import { thriftBytes } from './compact-writer.ts';
import * as library from './parquet-library.ts';

const { ColumnChunk, ColumnMetaData, ColumnOrder, DataPageHeader, DecimalType, DictionaryPageHeader, Encoding, FileMetaData, IntType, LogicalType, MicroSeconds, PageHeader, PageType, RowGroup, SchemaElement, Statistics, StringType, TimestampType, TimeUnit, TypeDefinedOrder } = library;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function expectAlike(struct: object): void {
  expect(hex(thriftBytes(struct))).toBe(hex(serializeThrift(struct as never)));
}

const number = fc.oneof(fc.constantFrom(0, 1, 63, 64, 127, 128, 8191, 8192, 0x7fffffff), fc.nat(), fc.nat(0x7fffffff), fc.integer());
const long = fc.oneof(number, fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53 - 1, -(2 ** 40)), fc.maxSafeInteger()).map((value) => new Int64(value));
const bytes = fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value));
const text = fc.oneof(fc.string({ maxLength: 150 }), fc.constantFrom('', 'é€😀'));
/** Around the fifteen from which on a list's size stands behind its head. */
const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.oneof(fc.array(item, { maxLength: 3 }), fc.array(item, { minLength: 14, maxLength: 16 }));

test('page headers are what the library writes', () => {
  fc.assert(fc.property(number, number, number, fc.constantFrom(Encoding.PLAIN, Encoding.PLAIN_DICTIONARY), (num_values, uncompressed_page_size, compressed_page_size, encoding) => {
    const sizes = { uncompressed_page_size, compressed_page_size };
    const data_page_header = new DataPageHeader({ num_values, encoding, definition_level_encoding: Encoding.RLE, repetition_level_encoding: Encoding.RLE });
    expectAlike(new PageHeader({ type: PageType.DATA_PAGE, ...sizes, data_page_header }));
    expectAlike(new PageHeader({ type: PageType.DICTIONARY_PAGE, ...sizes, dictionary_page_header: new DictionaryPageHeader({ num_values, encoding }) }));
  }));
});

test('logical types are what the library writes', () => {
  const logical = fc.oneof(
    fc.constant(new LogicalType({ STRING: new StringType() })),
    fc.boolean().map((isSigned) => new LogicalType({ INTEGER: new IntType({ bitWidth: 16, isSigned }) })),
    fc.tuple(number, number).map(([scale, precision]) => new LogicalType({ DECIMAL: new DecimalType({ scale, precision }) })),
    fc.boolean().map((isAdjustedToUTC) => new LogicalType({ TIMESTAMP: new TimestampType({ isAdjustedToUTC, unit: new TimeUnit({ MICROS: new MicroSeconds() }) }) })),
  );
  fc.assert(fc.property(text, number, logical, (name, num_children, logicalType) => expectAlike(new SchemaElement({ name, num_children, logicalType }))));
});

test('footers are what the library writes', () => {
  const statistics = fc.record({ null_count: long }, { requiredKeys: [] }).chain((known) => fc.record({ min_value: bytes, max_value: bytes }, { requiredKeys: [] }).map((range) => new Statistics({ ...known, ...range })));
  const metaData = fc.record({ type: fc.constantFrom(1, 6), encodings: few(fc.constantFrom(Encoding.PLAIN, Encoding.RLE)), path_in_schema: few(text), codec: fc.constantFrom(0, 1, 6), num_values: long, total_uncompressed_size: long, total_compressed_size: long, data_page_offset: long, statistics });
  const chunk = fc.tuple(long, metaData).map(([file_offset, meta_data]) => new ColumnChunk({ file_offset, meta_data: new ColumnMetaData(meta_data) }));
  const group = fc.record({ columns: few(chunk), total_byte_size: long, num_rows: long, file_offset: long, total_compressed_size: long }).map((parts) => new RowGroup(parts));
  fc.assert(fc.property(few(group), long, text, few(text), (row_groups, num_rows, created_by, names) => {
    const schema = names.map((name) => new SchemaElement({ name }));
    const column_orders = names.map(() => new ColumnOrder({ TYPE_ORDER: new TypeDefinedOrder() }));
    expectAlike(new FileMetaData({ version: 1, schema, num_rows, row_groups, created_by, column_orders }));
  }), { numRuns: 40 });
});

test('a type that Parquet files do not have is refused', () => {
  const struct = { [Symbol.for('write')]: (output: { writeFieldBegin(name: string, type: number, field: number): void }): void => output.writeFieldBegin('m', 13, 1) };
  expect(() => thriftBytes(struct)).toThrow('Thrift type 13 is not one that Parquet files have');
  const far = { [Symbol.for('write')]: (output: { writeFieldBegin(name: string, type: number, field: number): void }): void => output.writeFieldBegin('i', 8, 16) };
  expect(() => thriftBytes(far)).toThrow('field 16 does not follow 0 within 15');
});
