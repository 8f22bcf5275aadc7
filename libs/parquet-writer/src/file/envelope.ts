import Int64 from 'node-int64';
import type { Codec } from '../pages/codec.ts';
import type { EncodedColumnChunk } from '../pages/column-chunk.ts';
import type { EncodedRowGroup } from '../pages/row-group-encoder.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';
import { thriftBytes } from './compact-writer.ts';
import { fileSchema } from './file-schema.ts';
import {
  ColumnChunk, ColumnMetaData, ColumnOrder, Encoding, FileMetaData, ParquetEnvelopeWriter, RowGroup, SchemaElement, Statistics, Type, TypeDefinedOrder,
} from './parquet-library.ts';
import { schemaElement } from './schema-element.ts';

/** Files of format version 1, the one that Redshift documents: https://docs.aws.amazon.com/redshift/latest/dg/c-spectrum-data-files.html */
const FORMAT_VERSION = 1;
const CREATED_BY = 'tidemark-parquet-writer version 1 (build over @dsnp/parquetjs)';
const MAGIC = Buffer.from('PAR1');

/**
 * The library's envelope, which keeps offset, row count and row groups, with row groups that are already encoded and
 * with a footer that carries logical types and column orders, which the library's own footer leaves out.
 * Sections are collected; whoever drives the envelope takes and sends them.
 */
export class Envelope extends ParquetEnvelopeWriter {
  readonly #sections: Uint8Array[];
  readonly #columns: readonly ParquetColumn[];
  readonly #codec: Pick<Codec, 'id'>;

  constructor(columns: readonly ParquetColumn[], codec: Pick<Codec, 'id'>) {
    const sections: Uint8Array[] = [];
    super(fileSchema(columns), (section) => void sections.push(section), () => undefined, new Int64(0), { useDataPageV2: false, pageIndex: false });
    this.#sections = sections;
    this.#columns = columns;
    this.#codec = codec;
  }

  /** Bytes written so far, sections that were not taken included. */
  get byteLength(): number {
    return this.offset.valueOf();
  }

  takeSections(): readonly Uint8Array[] {
    return this.#sections.splice(0);
  }

  appendRowGroup(group: EncodedRowGroup): void {
    const start = this.byteLength;
    const columns = group.columns.map((chunk, c) => this.#appendColumnChunk(this.#columns[c]!, chunk));
    this.rowGroups.push(
      new RowGroup({
        columns,
        num_rows: int64(group.rowCount),
        total_byte_size: int64(group.columns.reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0)),
        file_offset: int64(start),
        total_compressed_size: int64(group.byteLength),
      }),
    );
    this.rowCount.setValue(this.rowCount.valueOf() + group.rowCount);
  }

  #appendColumnChunk(column: ParquetColumn, chunk: EncodedColumnChunk): ColumnChunk {
    const start = this.byteLength;
    const hasDictionary = chunk.dictionaryPageBytes !== null;
    for (const piece of chunk.pieces) this.writeSection(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    return new ColumnChunk({
      file_offset: int64(start),
      meta_data: new ColumnMetaData({
        type: Type[column.parquet.physical],
        encodings: hasDictionary ? [Encoding.PLAIN_DICTIONARY, Encoding.RLE] : [Encoding.PLAIN, Encoding.RLE],
        path_in_schema: [column.name],
        codec: this.#codec.id,
        num_values: int64(chunk.valueCount),
        total_uncompressed_size: int64(chunk.uncompressedBytes),
        total_compressed_size: int64(chunk.byteLength),
        data_page_offset: int64(start + (chunk.dictionaryPageBytes ?? 0)),
        ...(hasDictionary ? { dictionary_page_offset: int64(start) } : {}),
        statistics: new Statistics({
          null_count: int64(chunk.nullCount),
          ...(chunk.min === null || chunk.max === null ? {} : { min_value: Buffer.from(chunk.min), max_value: Buffer.from(chunk.max) }),
        }),
      }),
    });
  }

  override writeFooter(): void {
    const footer = thriftBytes(
      new FileMetaData({
        version: FORMAT_VERSION,
        schema: [new SchemaElement({ name: 'schema', num_children: this.#columns.length }), ...this.#columns.map(schemaElement)],
        num_rows: this.rowCount,
        row_groups: this.rowGroups,
        created_by: CREATED_BY,
        // Without it readers must not use min_value and max_value.
        column_orders: this.#columns.map(() => new ColumnOrder({ TYPE_ORDER: new TypeDefinedOrder() })),
      }),
    );
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    this.writeSection(Buffer.concat([footer, length, MAGIC]));
  }
}

/** From a number, `Int64` makes a deprecated `new Buffer`, which is slow. */
function int64(value: number): Int64 {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(value));
  return new Int64(bytes);
}
