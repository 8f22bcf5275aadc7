import type { Job, Measured } from '../jobs/job.ts';
import type { Comparison } from '../plan/comparison.ts';

/** One run of each of two jobs, directly one after the other. */
export interface Pair {
  readonly a: Measured;
  readonly b: Measured;
}

/** A figure and what it was made from. */
export interface Figure {
  readonly key: string;
  /** The median, or for peaks the greatest. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Median of what the pairs' CPU seconds of a row give, which other work on the machine disturbs less; null for peaks, and for runs too short to tell. */
  readonly cpuRatio: number | null;
  readonly a: Job;
  readonly b: Job;
  /** The pairs, with what each alone would give. */
  readonly runs: readonly (Pair & { readonly value: number })[];
}

/** Keys of comparisons whose runs also tell the peak memory of a whole extraction, with the key of that figure. */
const PEAKS: ReadonlyMap<string, string> = new Map([
  ['extract_vs_cli_narrow', 'peak_rss_mb_narrow'],
  ['extract_vs_cli_wide', 'peak_rss_mb_wide'],
]);

/** The figures of a comparison: its ratio, and for some the peak memory. */
export function figuresOf(comparison: Comparison, pairs: readonly Pair[]): readonly Figure[] {
  const { key, a, b } = comparison;
  const cpuRatio = median(pairs.map(({ a: x, b: y }) => x.cpuSeconds / x.rows / (y.cpuSeconds / y.rows)));
  const figures: Figure[] = [{ ...figure(key, median, ({ a: x, b: y }) => x.wallMs / x.rows / (y.wallMs / y.rows)), cpuRatio: Number.isFinite(cpuRatio) && cpuRatio > 0 ? cpuRatio : null }];
  const peakKey = PEAKS.get(key);
  if (peakKey !== undefined) figures.push(figure(peakKey, (values) => Math.max(...values), ({ b: measured }) => measured.peakRssMb ?? Number.NaN));
  if (key === 'cost_per_row_10m_vs_1m') figures.push(figure('peak_rss_10m_vs_1m', median, ({ a: x, b: y }) => (x.peakRssMb ?? Number.NaN) / (y.peakRssMb ?? Number.NaN)));
  // Where the system does not tell the peak, there is no such figure.
  return figures.filter(({ value }) => !Number.isNaN(value));

  function figure(name: string, choose: (values: readonly number[]) => number, valueOf: (pair: Pair) => number): Figure {
    const runs = pairs.map((pair) => ({ value: valueOf(pair), ...pair }));
    const values = runs.map(({ value }) => value);
    return { key: name, value: choose(values), min: Math.min(...values), max: Math.max(...values), cpuRatio: null, a, b, runs };
  }
}

/** The middle of at least one number; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
