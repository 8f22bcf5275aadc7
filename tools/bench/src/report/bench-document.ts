import { cpus, loadavg, totalmem } from 'node:os';
import { snappyImplementation } from '@tidemark/parquet-writer';
import type { BenchSizes } from '../bench-options.ts';
import { GOALS, verdictOn, type Goal, type Verdict } from '../plan/goals.ts';
import type { Figure } from './figure.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly node: string;
  readonly server: string;
  /** Which Snappy the part writer compresses with. */
  readonly snappy: 'native' | 'javascript';
  /** Where the server keeps its data; a folder in memory unless there was not enough of it. */
  readonly storage: string;
  /** Load average of the last minute, before the first run. */
  readonly loadBefore: number;
}

/** `docs/benchmarks/latest.json`. */
export interface BenchDocument {
  readonly format: 1;
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly sizes: BenchSizes;
  readonly pairs: number;
  readonly ratios: Readonly<Record<string, number>>;
  /** By the same keys. */
  readonly runs: Readonly<Record<string, Omit<Figure, 'key'> & { readonly goal: Goal | null; readonly verdict: Verdict }>>;
}

export function machineNow(server: string, storage: string): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryMb: Math.round(totalmem() / 1024 / 1024),
    node: process.versions.node,
    server,
    snappy: snappyImplementation().name,
    storage,
    loadBefore: rounded(loadavg()[0]!, 2),
  };
}

export function benchDocument(machine: Machine, sizes: BenchSizes, pairs: number, figures: readonly Figure[], measuredAt: Date): BenchDocument {
  return {
    format: 1,
    measuredAt: measuredAt.toISOString(),
    machine,
    sizes,
    pairs,
    ratios: Object.fromEntries(figures.map(({ key, value }) => [key, rounded(value, 3)])),
    runs: Object.fromEntries(
      figures.map(({ key, ...figure }) => [key, { ...figure, goal: GOALS.get(key) ?? null, verdict: verdictOn(figure.value, GOALS.get(key)) }]),
    ),
  };
}

/** The document's text; figures with more digits than they are worth are cut. */
export function documentText(document: BenchDocument): string {
  return `${JSON.stringify(document, (_key, value: unknown) => (typeof value === 'number' ? rounded(value, 3) : value), 2)}\n`;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
