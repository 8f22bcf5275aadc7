import { expect, test } from 'vitest';
import type { TableComparison } from './comparison/compare-table.ts';
import { differencesText, summaryText } from './summary.ts';
import type { SyncReport } from './tidemark-process.ts';

const report = (rows: number, seconds: number): SyncReport => ({
  duration_seconds: seconds,
  table_results: { 'sales.orders': { status: 'success', rows_processed: rows, duration_seconds: seconds } },
});

const equal: TableComparison = { table: 'orders', sourceRowCount: 1050, targetRowCount: 1050, differences: [], isEqual: true };
const unequal: TableComparison = { ...equal, targetRowCount: 1051, differences: [{ row: '["1","a"]', surplus: -1 }], isEqual: false };

test('rows and seconds of both syncs, rows compared, rows per second', () => {
  expect(summaryText([report(1000, 2), report(60, 0.5)], [equal], 'sales')).toBe(`table   first sync    s  second sync    s  compared  equal
orders       1,000  2.0           60  0.5     1,050    yes
all          1,000  2.0           60  0.5     1,050    yes
rows/s         500               120
`);
  expect(differencesText([equal])).toBe('');
});

test('a table that is not equal is said, with rows that differ', () => {
  const text = summaryText([report(1000, 2), report(60, 0.5)], [unequal], 'sales');
  expect(text).toMatch(/^orders .* NO$/m);
  expect(text).toMatch(/^all .* NO$/m);
  expect(differencesText([unequal])).toBe(`orders: 1,050 rows in the source, 1,051 in the target, 1 different rows
  unexpected 1× ["1","a"]
`);
});
