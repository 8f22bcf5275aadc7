import type { ColumnVector, ParquetType } from '@tidemark/domain';
import { Encoding } from '../file/parquet-library.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';
import { valueRange } from '../values/value-range.ts';
import type { Codec, CompressPage } from './codec.ts';
import { dataPages } from './data-pages.ts';
import { buildDictionary } from './dictionary.ts';
import type { EncoderMemory } from './encoder-memory.ts';
import { encodePageHeader, type PageKind } from './page-header.ts';

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
    if (dictionary !== null) pages.push({ kind: { type: 'dictionary', valueCount: dictionary.size, encoding }, plainBytes: dictionary.bytes.length, compressed: codec.compress(dictionary.bytes) });
    for (const { rowCount: valueCount, body } of dataPages(type, vector, rowCount, dictionary, codec.keepsInput ? null : memory.page)) {
      pages.push({ kind: { type: 'data', valueCount, encoding }, plainBytes: body.length, compressed: this.#compress(body) });
    }

    const pieces: Uint8Array[] = [];
    let byteLength = 0;
    let uncompressedBytes = 0;
    let dictionaryPageBytes: number | null = null;
    for (const { kind, plainBytes, compressed } of pages) {
      const body = await compressed;
      const header = encodePageHeader(kind, plainBytes, body.length);
      pieces.push(header, body);
      byteLength += header.length + body.length;
      uncompressedBytes += header.length + plainBytes;
      if (kind.type === 'dictionary') dictionaryPageBytes = byteLength;
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
  readonly kind: PageKind;
  readonly plainBytes: number;
  readonly compressed: Uint8Array | Promise<Uint8Array>;
}
