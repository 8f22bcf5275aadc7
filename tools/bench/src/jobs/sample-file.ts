import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPartWriter } from '@tidemark/parquet-writer';
import type { Job, Surroundings } from './job.ts';
import { SourceReader } from './source-reader.ts';

/**
 * Writes the rows into one Parquet file, from which other libraries load them into their own form before they are measured.
 * @returns its path
 */
export async function writeSampleFile({ table, rows }: Job, { source, folder }: Surroundings): Promise<string> {
  const path = join(folder, `${table}-${process.pid}.parquet`);
  const reader = await SourceReader.open(source, table);
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  const sink = {
    write: (chunk: Uint8Array) => {
      chunks.push(chunk);
      byteLength += chunk.length;
      return Promise.resolve();
    },
    close: async () => {
      await writeFile(path, chunks);
      return { etag: '"file"', byteLength };
    },
    abort: () => Promise.resolve(),
  };
  const writer = createPartWriter({ openSink: () => Promise.resolve(sink), columns: reader.columns, keyOf: String, targetFileBytes: Number.MAX_SAFE_INTEGER, compression: 'snappy' });
  for await (const page of reader.read(rows)) for await (const batch of page) await writer.write(batch);
  await writer.finish();
  return path;
}
