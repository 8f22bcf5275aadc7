import { expect, test } from 'vitest';
import type { Measured } from '../jobs/job.ts';
import { comparisons } from '../plan/comparison.ts';
import { figuresOf, median } from './figure.ts';

const run = (wallMs: number, rows: number, peakRssMb: number | null = 100): Measured => ({ wallMs, rows, peakRssMb, cpuSeconds: 1, fileBytes: null });
const comparison = (key: string) => comparisons({ narrow: 10, wide: 10, cost: 100, writer: 100 }, 3).find((candidate) => candidate.key === key)!;

test('the ratio is the median of the pairs, with the least and the greatest', () => {
  const pairs = [2, 8, 3].map((times) => ({ a: run(times * 100, 10), b: run(100, 10) }));
  expect(figuresOf(comparison('read_vs_cli_narrow'), pairs)).toMatchObject([{ key: 'read_vs_cli_narrow', value: 3, min: 2, max: 8, cpuRatio: 1, runs: [{ value: 2 }, { value: 8 }, { value: 3 }] }]);
});

test('runs over unequal rows are compared by the cost of a row', () => {
  const [cost, peak] = figuresOf(comparison('cost_per_row_10m_vs_1m'), [{ a: run(1100, 100, 210), b: run(100, 10, 200) }]);
  expect([cost!.value, peak!.key, peak!.value]).toEqual([1.1, 'peak_rss_10m_vs_1m', 1.05]);
});

test('the peak of an extraction is the greatest of its runs, and no figure where the system does not tell it', () => {
  const pairs = [180, 220, 190].map((peak) => ({ a: run(1, 10, 12), b: run(1, 10, peak) }));
  expect(figuresOf(comparison('extract_vs_cli_wide'), pairs)[1]).toMatchObject({ key: 'peak_rss_mb_wide', value: 220, min: 180 });
  expect(figuresOf(comparison('extract_vs_cli_wide'), [{ a: run(1, 10), b: run(1, 10, null) }]).map(({ key }) => key)).toEqual(['extract_vs_cli_wide']);
});

test('the median of an even count lies between the two in the middle', () => {
  expect([median([3]), median([4, 1, 3, 2]), median([10, 9, 1])]).toEqual([3, 2.5, 9]);
});
