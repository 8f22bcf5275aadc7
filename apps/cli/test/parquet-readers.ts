import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBBlobValue, DuckDBDateValue, DuckDBDecimalValue, DuckDBInstance, DuckDBTimestampValue } from '@duckdb/node-api';
import { type Data, DataType, tableFromIPC } from 'apache-arrow';
import { parquetMetadata, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { readParquet } from 'parquet-wasm';
import { dayText, decimalText, hexText, microsText, numberText } from './cell-text.ts';

/** A file as a reader sees it: the names of its columns, and each row's values as texts (bytes as lower-case hex) or null. */
export interface ReadFile {
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface ParquetReader {
  readonly name: string;
  readonly read: (file: Uint8Array) => Promise<ReadFile>;
}

/** Three readers that share nothing with the writer, and nothing with each other. */
export const PARQUET_READERS: readonly ParquetReader[] = [
  { name: 'DuckDB', read: readWithDuckdb },
  { name: 'hyparquet', read: readWithHyparquet },
  { name: 'parquet-wasm', read: readWithParquetWasm },
];

async function readWithDuckdb(file: Uint8Array): Promise<ReadFile> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-duckdb-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const path = join(folder, 'part.parquet');
    await writeFile(path, file);
    const result = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
    return { names: result.columnNames(), rows: result.getRows().map((row) => row.map(duckdbText)) };
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

function duckdbText(value: unknown): string | null {
  if (value === null) return null;
  if (value instanceof DuckDBDecimalValue) return decimalText(value.value, value.scale);
  if (value instanceof DuckDBTimestampValue) return microsText(value.micros);
  if (value instanceof DuckDBDateValue) return dayText(value.days);
  if (value instanceof DuckDBBlobValue) return hexText(value.bytes);
  return scalarText(value);
}

function scalarText(value: unknown): string {
  switch (typeof value) {
    case 'string': return value;
    case 'bigint': case 'boolean': return String(value);
    case 'number': return numberText(value);
    default: throw new Error(`a value of an unexpected kind: ${String(value)}`);
  }
}

/** Physical values with the file's own annotations: hyparquet would make floats of decimals and milliseconds of timestamps. */
async function readWithHyparquet(file: Uint8Array): Promise<ReadFile> {
  const buffer = new Uint8Array(file).buffer;
  const annotated = parquetMetadata(buffer).schema.slice(1);
  const metadata = parquetMetadata(buffer);
  for (const element of metadata.schema) {
    delete element.logical_type;
    delete element.converted_type;
  }
  const rows = await parquetReadObjects({ file: buffer, metadata, utf8: false });
  return { names: annotated.map(({ name }) => name), rows: rows.map((row) => annotated.map((element) => physicalText(element, row[element.name]))) };
}

function physicalText({ type, logical_type: logical, scale = 0 }: SchemaElement, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value);
    if (type === 'BYTE_ARRAY' && logical === undefined) return hexText(bytes);
    return logical?.type === 'DECIMAL' ? decimalText(BigInt.asIntN(8 * bytes.length, BigInt(`0x${bytes.toString('hex')}`)), scale) : bytes.toString('utf8');
  }
  if (logical?.type === 'DATE') return dayText(value as number);
  if (logical?.type === 'TIMESTAMP') return microsText(value as bigint);
  return scalarText(value);
}

/** By way of Arrow's memory: JS Arrow itself would make milliseconds of timestamps and drop a byte order mark. */
async function readWithParquetWasm(file: Uint8Array): Promise<ReadFile> {
  const table = tableFromIPC(readParquet(file).intoIPCStream());
  const columns = Array.from({ length: table.numCols }, (_unused, index) => table.getChildAt(index)!.data.flatMap(arrowTexts));
  return Promise.resolve({ names: table.schema.fields.map(({ name }) => name), rows: Array.from({ length: table.numRows }, (_unused, row) => columns.map((column) => column[row] ?? null)) });
}

function arrowTexts(data: Data): (string | null)[] {
  if (data.offset !== 0) throw new Error('a slice of a column');
  return Array.from({ length: data.length }, (_unused, row) => (data.getValid(row) ? arrowText(data, row) : null));
}

function arrowText({ type, values, valueOffsets }: Data, row: number): string {
  if (DataType.isBool(type)) return String(((values[row >> 3] as number) & (1 << (row & 7))) !== 0);
  if (DataType.isUtf8(type)) return Buffer.from((values as Uint8Array).subarray(valueOffsets[row], valueOffsets[row + 1])).toString('utf8');
  if (DataType.isBinary(type)) return hexText((values as Uint8Array).subarray(valueOffsets[row], valueOffsets[row + 1]));
  if (DataType.isDate(type)) return dayText(values[row] as number);
  if (DataType.isTimestamp(type)) return microsText(values[row] as bigint);
  if (DataType.isDecimal(type)) return decimalText(wordsToInteger((values as Uint32Array).subarray(row * (type.bitWidth / 32), (row + 1) * (type.bitWidth / 32))), type.scale);
  return scalarText(values[row]);
}

/** Two's complement in 32-bit words, the lowest first. */
function wordsToInteger(words: Uint32Array): bigint {
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return BigInt.asIntN(32 * words.length, unsigned);
}
