import type { ColumnBatch } from '@tidemark/domain';
import { createPartWriter, snappyImplementation } from '@tidemark/parquet-writer';
import { discardingSink } from './discarding-sink.ts';
import type { Job, Measured, Surroundings } from './job.ts';
import { measure } from './measure.ts';
import { SourceReader } from './source-reader.ts';

/** One file of typed column batches, as the reader gives them. */
export async function writeColumns({ table, rows }: Job, { source }: Surroundings): Promise<Measured> {
  const reader = await SourceReader.open(source, table);
  const batches: ColumnBatch[] = [];
  for await (const page of reader.read(rows)) for await (const batch of page) batches.push(batch);
  // Loads the addon, as the imports load modules: once per process and before the clock.
  snappyImplementation();
  return measure(async () => {
    const writer = createPartWriter({ openSink: () => Promise.resolve(discardingSink()), columns: reader.columns, keyOf: String, targetFileBytes: 64 * 1024 * 1024, compression: 'snappy' });
    for (const batch of batches) await writer.write(batch);
    const parts = await writer.finish();
    return { rows: parts.reduce((sum, part) => sum + part.rows, 0), fileBytes: parts.reduce((sum, part) => sum + part.bytes, 0) };
  });
}
