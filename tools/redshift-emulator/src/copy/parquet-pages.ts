import { open, type FileHandle } from 'node:fs/promises';
import { parquetMetadataAsync, parquetSchema, type FileMetaData, type SchemaElement } from 'hyparquet';
import { ThriftReader } from './thrift-reader.ts';

/** A Parquet file's metadata as far as a load needs it. */
export interface ParquetFile {
  readonly metadata: FileMetaData;
  readonly columns: readonly SchemaElement[];
  readonly rowCount: number;
}

const CODECS: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD']);
const ENCODINGS: ReadonlySet<number> = new Set([0, 2, 3, 8]);
const ENCODING_NAMES: Readonly<Record<number, string>> = { 4: 'BIT_PACKED', 5: 'DELTA_BINARY_PACKED', 6: 'DELTA_LENGTH_BYTE_ARRAY', 7: 'DELTA_BYTE_ARRAY', 9: 'BYTE_STREAM_SPLIT' };
const PAGE = { data: 0, dictionary: 2, dataV2: 3 } as const;
/** Field numbers of PageHeader and DataPageHeader in parquet.thrift. */
const FIELD = { type: 1, compressedSize: 3, dataHeader: 5, encoding: 2, values: 1 } as const;
const FIRST_HEADER_BYTES = 1_024;

/** Reads the footer. Throws when the file is not Parquet. */
export async function readParquetFile(path: string): Promise<ParquetFile> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const magic = Buffer.alloc(4);
    await handle.read(magic, 0, 4, 0);
    if (magic.toString('latin1') !== 'PAR1') throw new Error('invalid magic number');
    const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
      const bytes = new ArrayBuffer(end - start);
      await handle.read(new Uint8Array(bytes), 0, end - start, start);
      return bytes;
    };
    const metadata = await parquetMetadataAsync({ byteLength: size, slice }, { geoparquet: false });
    return { metadata, columns: parquetSchema(metadata).children.map((child) => child.element), rowCount: Number(metadata.num_rows) };
  } finally {
    await handle.close();
  }
}

async function readPageHeader(handle: FileHandle, offset: number, limit: number): Promise<{ reader: ThriftReader; fields: Map<number, unknown> }> {
  for (let bytes = Math.min(FIRST_HEADER_BYTES, limit); ; bytes = Math.min(bytes * 16, limit)) {
    const buffer = Buffer.alloc(bytes);
    await handle.read(buffer, 0, bytes, offset);
    const reader = new ThriftReader(buffer);
    try {
      return { reader, fields: reader.readStruct() };
    } catch (error) {
      if (!(error instanceof RangeError) || bytes === limit) throw error;
    }
  }
}

/** Says what about codec, pages or encodings the reader does not take; undefined when it takes all. */
export async function unreadablePages(path: string, metadata: FileMetaData): Promise<string | undefined> {
  const handle = await open(path);
  try {
    for (const group of metadata.row_groups) {
      for (const { meta_data: chunk } of group.columns) {
        if (chunk === undefined) return 'column chunk without metadata';
        if (!CODECS.has(chunk.codec)) return `unsupported compression codec ${chunk.codec}`;
        const reason = await unreadableChunk(handle, Number(chunk.dictionary_page_offset || chunk.data_page_offset), Number(chunk.total_compressed_size), Number(chunk.num_values));
        if (reason !== undefined) return reason;
      }
    }
    return undefined;
  } finally {
    await handle.close();
  }
}

async function unreadableChunk(handle: FileHandle, start: number, byteLength: number, valueCount: number): Promise<string | undefined> {
  let offset = start;
  let values = 0;
  while (values < valueCount) {
    const left = start + byteLength - offset;
    if (left <= 0) return 'column chunk ends before its values';
    const { reader, fields } = await readPageHeader(handle, offset, left);
    const type = fields.get(FIELD.type);
    if (type === PAGE.dataV2) return 'unsupported data page version 2';
    if (type === PAGE.data) {
      const header = fields.get(FIELD.dataHeader) as Map<number, unknown>;
      const encoding = header.get(FIELD.encoding) as number;
      if (!ENCODINGS.has(encoding)) return `unsupported encoding ${ENCODING_NAMES[encoding] ?? encoding}`;
      values += header.get(FIELD.values) as number;
    } else if (type !== PAGE.dictionary) return `unknown page type ${String(type)}`;
    offset += reader.offset + (fields.get(FIELD.compressedSize) as number);
  }
  return undefined;
}
