import { rm } from 'node:fs/promises';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import type { LoadRows } from './file-writer.ts';
import type { Job, Measured, Surroundings } from './job.ts';
import { measure } from './measure.ts';
import { writeSampleFile } from './sample-file.ts';

/** One file by another library. Rows and bytes are those that a reader of its own finds in it. */
export async function writeWithLibrary(job: Job, surroundings: Surroundings, load: LoadRows): Promise<Measured> {
  const sample = await writeSampleFile(job, surroundings);
  const written = `${sample}.written`;
  try {
    const rows = await load(sample);
    const measured = await measure(async () => {
      await rows.writeTo(written);
      return { rows: job.rows, fileBytes: null };
    });
    const file = await asyncBufferFromFile(written);
    const { num_rows: rowCount } = await parquetMetadataAsync(file);
    return { ...measured, rows: Number(rowCount), fileBytes: file.byteLength };
  } finally {
    for (const path of [sample, written]) await rm(path, { force: true });
  }
}
