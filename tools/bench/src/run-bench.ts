import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BenchOptions } from './bench-options.ts';
import { commandNodeOptions } from './jobs/command-node-options.ts';
import type { Job, Measured } from './jobs/job.ts';
import { runClient } from './jobs/run-client.ts';
import { runInProcess } from './jobs/run-in-process.ts';
import { comparisons, rowsNeeded, type Comparison } from './plan/comparison.ts';
import { benchDocument, documentText, machineNow, type BenchDocument } from './report/bench-document.ts';
import { figuresOf, type Figure, type Pair } from './report/figure.ts';
import { jobLabel } from './report/job-label.ts';
import { renderChart } from './report/render-chart.ts';
import { startServers, type BenchServers } from './servers/start-servers.ts';
import type { TableName } from './tables/bench-table.ts';
import { fillTable } from './tables/fill-table.ts';
import { tableNamed } from './tables/table-named.ts';

const TABLES: readonly TableName[] = ['narrow', 'wide'];

/** Builds the tables, runs every pair and writes the document and the chart where the options say so. */
export async function runBench(options: BenchOptions, say: (line: string) => void): Promise<BenchDocument> {
  const chosen = comparisons(options.sizes, options.pairs).filter(({ project }) => options.only === null || project === options.only);
  const rows = rowsNeeded(chosen);
  await using servers = await startServers(TABLES.reduce((sum, name) => sum + rows[name] * tableNamed(name).rowBytes, 0));
  const machine = machineNow(`MariaDB ${servers.mariadb.version}`, servers.storage);
  await fillTables(servers, rows, say);
  const figures: Figure[] = [];
  for (const comparison of chosen) {
    const pairs = await runPairs(comparison, (job) => runJob(job, servers, options.profile));
    for (const figure of figuresOf(comparison, pairs)) {
      figures.push(figure);
      say(`${figure.key} ${figure.value.toFixed(2)} (${figure.min.toFixed(2)} – ${figure.max.toFixed(2)})   A: ${jobLabel(figure.a)}   B: ${jobLabel(figure.b)}`);
    }
  }
  const document = benchDocument(machine, options.sizes, options.pairs, figures, new Date());
  if (options.out !== null) await writeDocument(options.out, document);
  return document;
}

async function fillTables(servers: BenchServers, rows: Readonly<Record<TableName, number>>, say: (line: string) => void): Promise<void> {
  await using session = await servers.mariadb.connect({ database: servers.source.database });
  for (const name of TABLES) {
    if (rows[name] === 0) continue;
    say(`building ${name}: ${rows[name].toLocaleString('en')} rows`);
    await fillTable(session, tableNamed(name), rows[name]);
    // The first reading of fresh pages is slower than all later ones.
    await runClient({ task: { way: 'cli' }, table: name, rows: rows[name] }, servers.source);
  }
}

/** A B A B …: what drifts on the machine meets both. */
async function runPairs({ a, b, pairs }: Comparison, run: (job: Job) => Promise<Measured>): Promise<readonly Pair[]> {
  const measured: Pair[] = [];
  for (let pair = 0; pair < pairs; pair++) measured.push({ a: await run(a), b: await run(b) });
  return measured;
}

function runJob(job: Job, { source, bucket, folder }: BenchServers, profile: string | null): Promise<Measured> {
  if (job.task.way === 'cli') return runClient(job, source);
  const surroundings = { source, bucket, folder };
  const profiling = profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile, profileName(job))}`];
  return runInProcess<Measured>('job-process', { job, surroundings }, [...profiling, ...(isOfCommand(job) ? commandNodeOptions() : [])]);
}

/** Whether the command line does this; other ways are measured as Node comes. */
function isOfCommand({ task: { way } }: Job): boolean {
  return way === 'read' || way === 'extract';
}

function profileName({ task, table }: Job): string {
  return [task.way, 'to' in task ? task.to : '', 'inThread' in task ? 'in-thread' : '', 'writer' in task ? task.writer : '', table].filter(Boolean).join('-');
}

async function writeDocument(folder: string, document: BenchDocument): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'latest.json'), documentText(document));
  await writeFile(join(folder, 'latest.svg'), renderChart(document));
}
