import type { LoadRows } from './file-writer.ts';
import type { Job, Measured, Surroundings, WriterName } from './job.ts';

type Run = (job: Job, surroundings: Surroundings) => Promise<Measured>;

/** Modules are loaded when they are needed: what a run does not use must not count as its memory. */
const LIBRARIES: Readonly<Record<Exclude<WriterName, 'parquet-writer' | 'appendRow'>, () => Promise<LoadRows>>> = {
  'hyparquet-writer': async () => (await import('./load-hyparquet.ts')).loadHyparquet,
  'parquet-wasm': async () => (await import('./load-parquet-wasm.ts')).loadParquetWasm,
  duckdb: async () => (await import('./load-duckdb.ts')).loadDuckdb,
};

/** Does a job in this process, which should do nothing else. */
export async function runTask(job: Job, surroundings: Surroundings): Promise<Measured> {
  const run = await runOf(job);
  const measured = await run(job, surroundings);
  if (measured.rows !== job.rows) throw new Error(`${JSON.stringify(job.task)} on ${job.table} made ${measured.rows} rows of ${job.rows}`);
  return measured;
}

async function runOf({ task }: Job): Promise<Run> {
  switch (task.way) {
    case 'read': return (await import('./read-columns.ts')).readColumns;
    case 'extract': {
      const { extractToNowhere, extractToS3 } = await import('./extract.ts');
      return task.to === 's3' ? extractToS3 : extractToNowhere;
    }
    case 'plain-node': return (await import('./plain-node.ts')).plainNode;
    case 'write': return writerOf(task.writer);
    case 'cli': throw new Error('the client is a process of its own');
  }
}

async function writerOf(writer: WriterName): Promise<Run> {
  if (writer === 'parquet-writer') return (await import('./write-columns.ts')).writeColumns;
  if (writer === 'appendRow') return (await import('./write-append-row.ts')).writeAppendRow;
  const { writeWithLibrary } = await import('./write-with-library.ts');
  const load = await LIBRARIES[writer]();
  return (job, surroundings) => writeWithLibrary(job, surroundings, load);
}
