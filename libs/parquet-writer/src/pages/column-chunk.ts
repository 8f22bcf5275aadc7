import type { ColumnVector } from '@tidemark/domain';
import { DataPageHeader, DictionaryPageHeader, Encoding, PageHeader, PageType, serializeThrift } from '../file/parquet-library.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';
import { valueRange } from '../values/value-range.ts';
import type { Codec } from './codec.ts';
import { dataPages } from './data-pages.ts';
import { buildDictionary } from './dictionary.ts';
import type { EncoderMemory } from './encoder-memory.ts';

/** The bytes of one column of a row group and what the footer says of them. Plain data, offsets relative to its start. */
export interface EncodedColumnChunk {
  readonly pieces: readonly Uint8Array[];
  readonly byteLength: number;
  readonly valueCount: number;
  readonly nullCount: number;
  /** Size of the dictionary page with its header; null without a dictionary. */
  readonly dictionaryPageBytes: number | null;
  /** Page headers and bodies before compression. */
  readonly uncompressedBytes: number;
  readonly min: Uint8Array | null;
  readonly max: Uint8Array | null;
}

/**
 * Encodes one column of a row group: a dictionary page where it pays, then data pages of version 1.
 *
 * Everything that uses `memory` is done before the first await, so one memory serves a whole writer.
 */
export async function encodeColumnChunk(column: ParquetColumn, vector: ColumnVector, rowCount: number, codec: Codec, memory: EncoderMemory): Promise<EncodedColumnChunk> {
  const { parquet: type } = column;
  const dictionary = buildDictionary(type, vector.bytes, vector.valueCount, memory.dictionary);
  const range = dictionary === null ? valueRange(type, vector.bytes, vector.valueCount) : valueRange(type, dictionary.bytes, dictionary.size);

  const encoding = dictionary === null ? Encoding.PLAIN : Encoding.PLAIN_DICTIONARY;
  const pages: PendingPage[] = [];
  if (dictionary !== null) {
    // Version 1 files name the encoding of both pages so; RLE_DICTIONARY belongs to version 2.
    // https://parquet.apache.org/docs/file-format/data-pages/encodings/#dictionary-encoding-plain_dictionary--2-and-rle_dictionary--8
    const header = new DictionaryPageHeader({ num_values: dictionary.size, encoding: Encoding.PLAIN_DICTIONARY });
    pages.push(pendingPage({ type: PageType.DICTIONARY_PAGE, dictionary_page_header: header }, dictionary.bytes, codec));
  }
  for (const page of dataPages(type, vector, rowCount, dictionary, codec.keepsInput ? null : memory.page)) {
    const header = new DataPageHeader({ num_values: page.rowCount, encoding, definition_level_encoding: Encoding.RLE, repetition_level_encoding: Encoding.RLE });
    pages.push(pendingPage({ type: PageType.DATA_PAGE, data_page_header: header }, page.body, codec));
  }

  const pieces: Uint8Array[] = [];
  let byteLength = 0;
  let uncompressedBytes = 0;
  let dictionaryPageBytes: number | null = null;
  for (const page of pages) {
    const body = await page.compressed;
    const header = serializeThrift(new PageHeader({ ...page.header, uncompressed_page_size: page.plainBytes, compressed_page_size: body.length }));
    pieces.push(header, body);
    byteLength += header.length + body.length;
    uncompressedBytes += header.length + page.plainBytes;
    if (page.header.type === PageType.DICTIONARY_PAGE) dictionaryPageBytes = header.length + body.length;
  }
  return {
    pieces,
    byteLength,
    valueCount: rowCount,
    nullCount: rowCount - vector.valueCount,
    dictionaryPageBytes,
    uncompressedBytes,
    min: range?.min ?? null,
    max: range?.max ?? null,
  };
}

type PageKind = Pick<PageHeader, 'type' | 'data_page_header' | 'dictionary_page_header'>;

interface PendingPage {
  readonly header: PageKind;
  readonly plainBytes: number;
  readonly compressed: Uint8Array | Promise<Uint8Array>;
}

function pendingPage(header: PageKind, body: Uint8Array, codec: Codec): PendingPage {
  return { header, plainBytes: body.length, compressed: codec.compress(body) };
}
