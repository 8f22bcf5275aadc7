import parquet from '@dsnp/parquetjs';
import Int64 from 'node-int64';
import { describe, expect, test } from 'vitest';
import { batchOf } from '../../test/columns.ts';
import { footerOf } from '../../test/file-layout.ts';
import { memoryStore } from '../../test/memory-store.ts';
import * as library from './parquet-library.ts';
import { ParquetFileWriter } from './parquet-file-writer.ts';

/** What this library needs of @dsnp/parquetjs 1.8.9 beyond its documented classes: if a test here fails, an update broke it. */
describe('what is used of @dsnp/parquetjs', () => {
  test('every named thing is there', () => {
    const missing = Object.entries(library).filter(([, value]) => value === undefined).map(([name]) => name);
    expect(missing).toEqual([]);
    expect(Object.keys(library)).toHaveLength(27);
  });

  test('enums have the numbers of the format', () => {
    const { Type, ConvertedType, CompressionCodec, Encoding, PageType, FieldRepetitionType } = library;
    expect({ ...Type }).toMatchObject({ BOOLEAN: 0, INT32: 1, INT64: 2, FLOAT: 4, DOUBLE: 5, BYTE_ARRAY: 6, FIXED_LEN_BYTE_ARRAY: 7 });
    expect({ ...ConvertedType }).toMatchObject({ UTF8: 0, DECIMAL: 5, DATE: 6, INT_16: 16 });
    expect({ ...CompressionCodec }).toMatchObject({ UNCOMPRESSED: 0, SNAPPY: 1, GZIP: 2, ZSTD: 6 });
    expect({ ...Encoding }).toMatchObject({ PLAIN: 0, PLAIN_DICTIONARY: 2, RLE: 3 });
    expect({ ...PageType }).toMatchObject({ DATA_PAGE: 0, DICTIONARY_PAGE: 2 });
    expect(FieldRepetitionType.OPTIONAL).toBe(1);
  });

  test('the envelope calls the write function once per section and counts its bytes', () => {
    const sections: Buffer[] = [];
    const schema = new library.ParquetSchema({ n: { type: 'INT32', optional: true } });
    const envelope = new library.ParquetEnvelopeWriter(schema, (section) => void sections.push(section), () => undefined, new Int64(0), { useDataPageV2: false, pageIndex: false });
    envelope.writeHeader();
    envelope.writeSection(Buffer.from('abc'));
    expect(sections.map(String)).toEqual(['PAR1', 'abc']);
    expect(envelope.offset.valueOf()).toBe(7);
    expect(envelope.rowCount.valueOf()).toBe(0);
    expect(envelope.rowGroups).toEqual([]);
  });

  test('the schema refuses a type that it does not know', () => {
    expect(() => new library.ParquetSchema({ n: { type: 'INT33' as never } })).toThrow();
  });
});

/** A file of one column, written by the library from values. */
async function theirFile(field: Record<string, unknown>, values: readonly unknown[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = { write: (chunk: Buffer, done: (error: null) => void) => (chunks.push(chunk), done(null)), end: (done: (error: null) => void) => done(null) };
  const writer = await parquet.ParquetWriter.openStream(new parquet.ParquetSchema({ value: { ...field, optional: true } as never }), stream as never, { useDataPageV2: false });
  for (const value of values) await writer.appendRow({ value });
  await writer.close();
  return Buffer.concat(chunks);
}

/** If a test here fails, the library has become better. */
describe('why the value encoders of the library are not used', () => {
  const decimal = { type: 'DECIMAL', precision: 6, scale: 2 };

  test('1.15 becomes 1.14; here it stays', async () => {
    const theirs = await theirFile(decimal, [1.15]);
    expect(theirs.includes(Buffer.from('7200000000000000', 'hex'))).toBe(true);
    expect(theirs.includes(Buffer.from('7300000000000000', 'hex'))).toBe(false);

    const store = memoryStore();
    const type = { physical: 'FIXED_LEN_BYTE_ARRAY', logical: 'DECIMAL', typeLength: 3, precision: 6, scale: 2 } as const;
    const file = new ParquetFileWriter({ sink: await store.openSink('f'), columns: [{ name: 'price', parquet: type }], compression: 'uncompressed' });
    await file.writeRowGroup([batchOf([type], [[115n]])]);
    await file.close();
    expect(Buffer.from(store.files.get('f')!).includes(Buffer.from('000073', 'hex'))).toBe(true);
  });

  test.each([['1.15'], [115n]])('an exact decimal is refused: %s', async (value) => {
    await expect(theirFile(decimal, [value])).rejects.toBeDefined();
  });

  test('strings have a least value that is greater than the greatest, by bytes', async () => {
    const { min_value, max_value } = footerOf(await theirFile({ type: 'UTF8' }, ['\uFFFD', '\u{1F600}'])).row_groups[0]!.columns[0]!.meta_data!.statistics!;
    expect(Buffer.compare(Buffer.from(min_value!), Buffer.from(max_value!))).toBe(1);
  });

  test('the footer has no logical types and no column orders', async () => {
    const footer = footerOf(await theirFile({ type: 'UTF8' }, ['a']));
    expect([footer.schema[1]!.logicalType ?? null, footer.column_orders ?? null]).toEqual([null, null]);
  });
});
