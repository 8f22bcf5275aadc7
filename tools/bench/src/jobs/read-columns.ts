import type { Job, Measured, Surroundings } from './job.ts';
import { measure } from './measure.ts';
import { SourceReader } from './source-reader.ts';

/** Reads into typed columns and drops them. */
export async function readColumns({ table, rows }: Job, { source }: Surroundings): Promise<Measured> {
  const reader = await SourceReader.open(source, table);
  return measure(async () => {
    let read = 0;
    for await (const page of reader.read(rows)) for await (const batch of page) {
      read += batch.rowCount;
      batch.release?.();
    }
    return { rows: read, fileBytes: null };
  });
}
