import { readFile, writeFile } from 'node:fs/promises';
import { Compression, readParquet, writeParquet, WriterPropertiesBuilder } from 'parquet-wasm';
import type { LoadedRows } from './file-writer.ts';

/** parquet-wasm: an Arrow table in the memory of WebAssembly. */
export async function loadParquetWasm(sample: string): Promise<LoadedRows> {
  const table = readParquet(await readFile(sample));
  const properties = new WriterPropertiesBuilder().setCompression(Compression.SNAPPY).build();
  return { writeTo: (path) => writeFile(path, writeParquet(table, properties)) };
}
