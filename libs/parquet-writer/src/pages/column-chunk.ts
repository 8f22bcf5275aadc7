import type { ColumnVector, ParquetType } from '@tidemark/domain';
import { thriftBytes } from '../file/compact-writer.ts';
import { DataPageHeader, DictionaryPageHeader, Encoding, PageHeader, PageType } from '../file/parquet-library.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';
import { valueRange } from '../values/value-range.ts';
import type { Codec, CompressPage } from './codec.ts';
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

/** Encodes one column's chunks, with what it has learnt of the pages before. */
export class ColumnEncoder {
  readonly #type: ParquetType;
  readonly #codec: Codec;
  readonly #compress: CompressPage;
  readonly #memory: EncoderMemory;

  /** @param memory may serve all columns of a file: everything that uses it is done before the first await of `encode` */
  constructor({ parquet }: ParquetColumn, codec: Codec, memory: EncoderMemory) {
    this.#type = parquet;
    this.#codec = codec;
    this.#compress = codec.compressColumn();
    this.#memory = memory;
  }

  /** Encodes the column of a row group: a dictionary page where it pays, then data pages of version 1. */
  async encode(vector: ColumnVector, rowCount: number): Promise<EncodedColumnChunk> {
    const type = this.#type;
    const codec = this.#codec;
    const memory = this.#memory;
    const dictionary = buildDictionary(type, vector.bytes, vector.valueCount, memory.dictionary);
    const range = dictionary === null ? valueRange(type, vector.bytes, vector.valueCount) : valueRange(type, dictionary.bytes, dictionary.size);

    // Version 1 files name the encoding of both pages so; RLE_DICTIONARY belongs to version 2.
    // https://parquet.apache.org/docs/file-format/data-pages/encodings/#dictionary-encoding-plain_dictionary--2-and-rle_dictionary--8
    const encoding = dictionary === null ? Encoding.PLAIN : Encoding.PLAIN_DICTIONARY;
    const pages: PendingPage[] = [];
    if (dictionary !== null) {
      const dictionary_page_header = new DictionaryPageHeader({ num_values: dictionary.size, encoding });
      pages.push({ header: { type: PageType.DICTIONARY_PAGE, dictionary_page_header }, plainBytes: dictionary.bytes.length, compressed: codec.compress(dictionary.bytes) });
    }
    for (const page of dataPages(type, vector, rowCount, dictionary, codec.keepsInput ? null : memory.page)) {
      const data_page_header = new DataPageHeader({ num_values: page.rowCount, encoding, definition_level_encoding: Encoding.RLE, repetition_level_encoding: Encoding.RLE });
      pages.push({ header: { type: PageType.DATA_PAGE, data_page_header }, plainBytes: page.body.length, compressed: this.#compress(page.body) });
    }

    const pieces: Uint8Array[] = [];
    let byteLength = 0;
    let uncompressedBytes = 0;
    let dictionaryPageBytes: number | null = null;
    for (const { header: kind, plainBytes, compressed } of pages) {
      const body = await compressed;
      const header = thriftBytes(new PageHeader({ ...kind, uncompressed_page_size: plainBytes, compressed_page_size: body.length }));
      pieces.push(header, body);
      byteLength += header.length + body.length;
      uncompressedBytes += header.length + plainBytes;
      if (kind.type === PageType.DICTIONARY_PAGE) dictionaryPageBytes = byteLength;
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
}

interface PendingPage {
  readonly header: Pick<PageHeader, 'type' | 'data_page_header' | 'dictionary_page_header'>;
  readonly plainBytes: number;
  readonly compressed: Uint8Array | Promise<Uint8Array>;
}
