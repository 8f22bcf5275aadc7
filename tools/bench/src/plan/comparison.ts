import type { BenchedProject, BenchSizes } from '../bench-options.ts';
import type { Job, Task, WriterName } from '../jobs/job.ts';
import type { TableName } from '../tables/bench-table.ts';

/** Two jobs that are run in turns. Their figure is the cost of a row in `a` divided by that in `b`. */
export interface Comparison {
  /** Name among the ratios of the document. */
  readonly key: string;
  readonly a: Job;
  readonly b: Job;
  readonly pairs: number;
  /** The project that the figure is about alone; null when it takes several. */
  readonly project: BenchedProject | null;
}

const TABLES: readonly TableName[] = ['narrow', 'wide'];
const OTHER_WRITERS: readonly WriterName[] = ['hyparquet-writer', 'parquet-wasm', 'duckdb'];

const CLI: Task = { way: 'cli' };
const READ: Task = { way: 'read' };
const EXTRACT: Task = { way: 'extract', to: 'nowhere' };
const UPLOAD: Task = { way: 'extract', to: 's3' };
const UPLOAD_IN_THREAD: Task = { way: 'extract', to: 's3', inThread: true };
const write = (writer: WriterName): Task => ({ way: 'write', writer });

/** Every comparison of a bench. */
export function comparisons({ narrow, wide, cost, writer }: BenchSizes, pairs: number): readonly Comparison[] {
  const rowsOf = { narrow, wide };
  const writerRowsOf = { narrow: writer, wide: writer / 10 };
  const pair = (key: string, table: TableName, rows: number, a: Task, b: Task, project: BenchedProject | null = null): Comparison => ({ key, a: { task: a, table, rows }, b: { task: b, table, rows }, pairs, project });
  const fewer = (comparison: Comparison): Comparison => ({ ...comparison, pairs: Math.ceil(pairs / 2) });
  const perTable = (make: (table: TableName) => Comparison): readonly Comparison[] => TABLES.map(make);
  const costOf = (rows: number): Job => ({ task: EXTRACT, table: 'narrow', rows });
  return [
    ...perTable((table) => pair(`read_vs_cli_${table}`, table, rowsOf[table], CLI, READ, 'extractor')),
    ...perTable((table) => pair(`extract_discard_vs_cli_${table}`, table, rowsOf[table], CLI, EXTRACT)),
    ...perTable((table) => pair(`extract_vs_cli_${table}`, table, rowsOf[table], CLI, UPLOAD)),
    ...perTable((table) => fewer(pair(`one_thread_vs_two_${table}`, table, rowsOf[table], UPLOAD, UPLOAD_IN_THREAD))),
    pair('extract_vs_plain_node_narrow', 'narrow', writer, { way: 'plain-node' }, EXTRACT),
    ...perTable((table) => pair(`writer_vs_append_row_${table}`, table, writerRowsOf[table], write('appendRow'), write('parquet-writer'), 'parquet-writer')),
    ...OTHER_WRITERS.flatMap((other) => perTable((table) => fewer(pair(`writer_vs_${other.replaceAll('-', '_')}_${table}`, table, writerRowsOf[table], write(other), write('parquet-writer'), 'parquet-writer')))),
    { key: 'cost_per_row_10m_vs_1m', a: costOf(cost), b: costOf(cost / 10), pairs, project: null },
  ];
}

/** Most rows of each table that the comparisons read; none where they do not read it. */
export function rowsNeeded(chosen: readonly Comparison[]): Readonly<Record<TableName, number>> {
  const most = (table: TableName): number => Math.max(0, ...chosen.flatMap(({ a, b }) => [a, b]).filter((job) => job.table === table).map((job) => job.rows));
  return { narrow: most('narrow'), wide: most('wide') };
}
