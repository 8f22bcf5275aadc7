import { expect, test } from 'vitest';
import { comparisons, rowsNeeded } from './comparison.ts';
import { GOALS } from './goals.ts';

const SIZES = { narrow: 500, wide: 50, cost: 1000, writer: 100 };

test('every comparison is made between runs over the same rows, except that of many rows with few', () => {
  for (const { key, a, b } of comparisons(SIZES, 5)) {
    if (key === 'cost_per_row_10m_vs_1m') expect([a.rows, b.rows]).toEqual([1000, 100]);
    else expect([a.table, a.rows]).toEqual([b.table, b.rows]);
  }
});

test('every goal but those of memory has its comparison, in five pairs', () => {
  const pairsOf = new Map(comparisons(SIZES, 5).map(({ key, pairs }) => [key, pairs]));
  const ratios = [...GOALS.keys()].filter((key) => !key.startsWith('peak_rss_'));
  expect(ratios.map((key) => [key, pairsOf.get(key)])).toEqual(ratios.map((key) => [key, 5]));
});

test('tables are built as large as the largest run', () => {
  const all = comparisons(SIZES, 5);
  expect(rowsNeeded(all)).toEqual({ narrow: 1000, wide: 50 });
  expect(rowsNeeded(all.filter(({ project }) => project === 'extractor'))).toEqual({ narrow: 500, wide: 50 });
  expect(rowsNeeded([])).toEqual({ narrow: 0, wide: 0 });
});
