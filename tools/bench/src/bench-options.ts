import { parseArgs } from 'node:util';

export const USAGE = `npm run bench                       measures everything and writes docs/benchmarks
npm run bench -- --quick            a smoke run of seconds; its figures say nothing
npm run bench -- --only PROJECT     extractor or parquet-writer alone; writes no document
  --pairs N          pairs of runs per figure (5)
  --narrow-rows N    rows of the narrow table (5,000,000)
  --wide-rows N      rows of the wide table (500,000)
  --cost-rows N      rows whose cost is held against that of a tenth of them (10,000,000)
  --writer-rows N    narrow rows that writers are given; wide rows are a tenth (1,000,000)
  --out FOLDER       where latest.json and latest.svg go
  --profile FOLDER   a CPU profile of every run goes there; figures suffer
`;

export type BenchedProject = 'extractor' | 'parquet-writer';

/** Rows of every kind of run. */
export interface BenchSizes {
  readonly narrow: number;
  readonly wide: number;
  readonly cost: number;
  readonly writer: number;
}

export interface BenchOptions {
  readonly sizes: BenchSizes;
  readonly pairs: number;
  readonly only: BenchedProject | null;
  /** Null when no document is written. */
  readonly out: string | null;
  readonly profile: string | null;
}

const FULL = { narrow: 5_000_000, wide: 500_000, cost: 10_000_000, writer: 1_000_000, pairs: 5 };
const ONE_PROJECT = { ...FULL, narrow: 1_000_000, wide: 100_000 };
const QUICK = { narrow: 20_000, wide: 2_000, cost: 20_000, writer: 2_000, pairs: 1 };
const PROJECTS: readonly BenchedProject[] = ['extractor', 'parquet-writer'];

/** A tenth of them must be a row for each of the two tables. */
const MIN_ROWS = 10;
const MAX_ROWS = 1_000_000_000;

/** The options of a command line; undefined when it is none of the bench's. `documents` is where a full run puts its results. */
export function benchOptions(args: readonly string[], documents: string): BenchOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        pairs: { type: 'string' },
        'narrow-rows': { type: 'string' },
        'wide-rows': { type: 'string' },
        'cost-rows': { type: 'string' },
        'writer-rows': { type: 'string' },
        out: { type: 'string' },
        profile: { type: 'string' },
      },
    });
    const only = PROJECTS.find((project) => project === values.only) ?? null;
    if (values.only !== undefined && only === null) return undefined;
    const usual = values.quick ? QUICK : only === null ? FULL : ONE_PROJECT;
    const sizes = {
      narrow: Number(values['narrow-rows'] ?? usual.narrow),
      wide: Number(values['wide-rows'] ?? usual.wide),
      cost: Number(values['cost-rows'] ?? usual.cost),
      writer: Number(values['writer-rows'] ?? usual.writer),
    };
    const pairs = Number(values.pairs ?? usual.pairs);
    const isMeasurable = Object.values(sizes).every((rows) => Number.isInteger(rows) && rows >= MIN_ROWS && rows <= MAX_ROWS) && Number.isInteger(pairs) && pairs >= 1;
    if (!isMeasurable) return undefined;
    const isComplete = !values.quick && only === null;
    return { sizes, pairs, only, out: values.out ?? (isComplete ? documents : null), profile: values.profile ?? null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) return undefined;
    throw error;
  }
}
