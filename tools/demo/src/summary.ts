import type { TableComparison } from './comparison/compare-table.ts';
import type { SyncReport } from './tidemark-process.ts';

/** Rows in which the sides differ that a failure shows. */
const SHOWN_DIFFERENCES = 3;
const SHOWN_CHARACTERS = 300;

const count = (value: number): string => value.toLocaleString('en-US');

/** A table of the two syncs and the comparison, one line per table and one for all. */
export function summaryText(syncs: readonly [SyncReport, SyncReport], comparisons: readonly TableComparison[], schema: string): string {
  const rowsOf = (sync: SyncReport, table: string): number => sync.table_results[`${schema}.${table}`]?.rows_processed ?? 0;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const lines = comparisons.map(({ table, sourceRowCount, isEqual }) => [
    table,
    ...syncs.flatMap((sync) => [count(rowsOf(sync, table)), (sync.table_results[`${schema}.${table}`]?.duration_seconds ?? 0).toFixed(1)]),
    count(sourceRowCount),
    isEqual ? 'yes' : 'NO',
  ]);
  const totals = [
    'all',
    ...syncs.flatMap((sync) => [count(sum(comparisons.map(({ table }) => rowsOf(sync, table)))), sync.duration_seconds.toFixed(1)]),
    count(sum(comparisons.map(({ sourceRowCount }) => sourceRowCount))),
    comparisons.every(({ isEqual }) => isEqual) ? 'yes' : 'NO',
  ];
  const rates = syncs.map((sync) => count(Math.round(sum(comparisons.map(({ table }) => rowsOf(sync, table))) / sync.duration_seconds)));
  const header = ['table', 'first sync', 's', 'second sync', 's', 'compared', 'equal'];
  return alignedText([header, ...lines, totals, ['rows/s', rates[0]!, '', rates[1]!, '', '', '']]);
}

/** What differs, for a person; empty when nothing does. */
export function differencesText(comparisons: readonly TableComparison[]): string {
  return comparisons
    .filter(({ isEqual }) => !isEqual)
    .flatMap(({ table, sourceRowCount, targetRowCount, differences }) => [
      `${table}: ${count(sourceRowCount)} rows in the source, ${count(targetRowCount)} in the target, ${count(differences.length)} different rows`,
      ...differences.slice(0, SHOWN_DIFFERENCES).map(({ row, surplus }) => `  ${surplus > 0 ? `missing ${surplus}×` : `unexpected ${-surplus}×`} ${row.slice(0, SHOWN_CHARACTERS)}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/** The first column to the left, the others to the right. */
function alignedText(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  return lines.map((line) => `${line.map((cell, index) => (index === 0 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!))).join('  ').trimEnd()}\n`).join('');
}
