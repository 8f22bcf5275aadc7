import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DuckDBBlobValue, DuckDBDateValue, DuckDBDecimalValue, DuckDBInstance, DuckDBTimestampValue, type DuckDBConnection } from '@duckdb/node-api';
import type { ParquetType } from '@tidemark/domain';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { Cell } from './columns.ts';

/** Two readers that share nothing with the writer. */
export class Readers implements AsyncDisposable {
  readonly #folder: string;
  readonly #connection: DuckDBConnection;

  private constructor(folder: string, connection: DuckDBConnection) {
    this.#folder = folder;
    this.#connection = connection;
  }

  static async open(): Promise<Readers> {
    // Its cache would give the contents of an earlier file that stood under the same path a moment ago.
    const instance = await DuckDBInstance.create(':memory:', { threads: '1', enable_external_file_cache: 'false' });
    return new Readers(await mkdtemp(join(tmpdir(), 'parquet-writer-')), await instance.connect());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync();
    await rm(this.#folder, { recursive: true });
  }

  /** Runs a query in which FILE stands for the file. */
  async query(file: Uint8Array, sql: string): Promise<Record<string, unknown>[]> {
    const path = join(this.#folder, 'file.parquet');
    await writeFile(path, file);
    return (await this.#connection.runAndReadAll(sql.replaceAll('FILE', `'${path}'`))).getRowObjects();
  }

  /** Every column as DuckDB reads it. */
  async duckdb(file: Uint8Array, types: readonly ParquetType[]): Promise<Cell[][]> {
    const path = join(this.#folder, 'file.parquet');
    await writeFile(path, file);
    const reader = await this.#connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
    return reader.getColumns().map((column, c) => column.map((value) => duckdbCell(types[c]!, value)));
  }
}

function duckdbCell(type: ParquetType, value: unknown): Cell {
  if (value instanceof DuckDBDecimalValue) {
    if (type.physical !== 'FIXED_LEN_BYTE_ARRAY' || value.width !== type.precision || value.scale !== type.scale) throw new Error(`DECIMAL(${value.width},${value.scale}) was not written`);
    return value.value;
  }
  if (value instanceof DuckDBTimestampValue) return value.micros;
  if (value instanceof DuckDBDateValue) return value.days;
  if (value instanceof DuckDBBlobValue) return Uint8Array.from(value.bytes);
  return value as Cell;
}

/**
 * Every column as hyparquet reads its physical values: the annotations are taken away first, because hyparquet turns
 * decimals into floats and timestamps into milliseconds.
 */
export async function hyparquetColumns(file: Uint8Array, names: readonly string[], types: readonly ParquetType[]): Promise<Cell[][]> {
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  const metadata = parquetMetadata(buffer);
  for (const element of metadata.schema) {
    delete element.logical_type;
    delete element.converted_type;
  }
  const rows = await parquetReadObjects({
    file: buffer,
    metadata,
    utf8: false,
    compressors: { GZIP: (bytes) => gunzipSync(bytes), ZSTD: (bytes) => zstdDecompressSync(bytes) },
  });
  return names.map((name, c) => rows.map((row) => physicalCell(types[c]!, row[name])));
}

function physicalCell(type: ParquetType, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (type.physical === 'FIXED_LEN_BYTE_ARRAY') {
    const bytes = value as Uint8Array;
    return BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
  }
  if (type.physical === 'BYTE_ARRAY') {
    const bytes = value as Uint8Array;
    return type.logical === 'STRING' ? Buffer.from(bytes).toString('utf8') : Uint8Array.from(bytes);
  }
  return value as Cell;
}
