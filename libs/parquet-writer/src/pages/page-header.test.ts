import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataPageHeader, DictionaryPageHeader, Encoding, PageHeader, PageType, serializeThrift } from '../file/parquet-library.ts';
import { encodePageHeader } from './page-header.ts';

const number = fc.oneof(fc.constantFrom(0, 1, 63, 64, 127, 128, 8191, 8192, 0x7fffffff), fc.nat(), fc.nat(0x7fffffff));
const encoding = fc.constantFrom(Encoding.PLAIN, Encoding.PLAIN_DICTIONARY);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('the header of a data page is what the library writes', () => {
  fc.assert(fc.property(number, encoding, number, number, (valueCount, values, plainBytes, compressedBytes) => {
    const data_page_header = new DataPageHeader({ num_values: valueCount, encoding: values, definition_level_encoding: Encoding.RLE, repetition_level_encoding: Encoding.RLE });
    const expected = new PageHeader({ type: PageType.DATA_PAGE, uncompressed_page_size: plainBytes, compressed_page_size: compressedBytes, data_page_header });
    expect(hex(encodePageHeader({ type: 'data', valueCount, encoding: values }, plainBytes, compressedBytes))).toBe(hex(serializeThrift(expected)));
  }));
});

test('the header of a dictionary page is what the library writes', () => {
  fc.assert(fc.property(number, encoding, number, number, (valueCount, values, plainBytes, compressedBytes) => {
    const expected = new PageHeader({ type: PageType.DICTIONARY_PAGE, uncompressed_page_size: plainBytes, compressed_page_size: compressedBytes, dictionary_page_header: new DictionaryPageHeader({ num_values: valueCount, encoding: values }) });
    expect(hex(encodePageHeader({ type: 'dictionary', valueCount, encoding: values }, plainBytes, compressedBytes))).toBe(hex(serializeThrift(expected)));
  }));
});
