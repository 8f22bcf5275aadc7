import { expect, test } from 'vitest';
import { comparisons } from '../plan/comparison.ts';
import { benchDocument, documentText } from './bench-document.ts';
import { figuresOf } from './figure.ts';
import { renderChart } from './render-chart.ts';
import { renderTable } from './render-table.ts';

const machine = { cpu: 'A & B <fast>', cores: 2, memoryMb: 8000, node: '24.0.0', server: 'MariaDB 10.11', snappy: 'native' as const, storage: '/dev/shm', loadBefore: 0.5 };
const sizes = { narrow: 5_000, wide: 500, cost: 1000, writer: 100 };
const figures = comparisons(sizes, 1).flatMap((comparison) =>
  figuresOf(comparison, [{ a: { wallMs: 5000, cpuSeconds: 4, peakRssMb: 10, rows: comparison.a.rows, fileBytes: null }, b: { wallMs: 1000 / 3, cpuSeconds: 1, peakRssMb: 250, rows: comparison.b.rows, fileBytes: 12 } }]),
);
const document = benchDocument(machine, sizes, 1, figures, new Date('2026-01-31T12:00:00Z'));

test('ratios and runs have the same keys, and numbers are cut to three digits', () => {
  expect(Object.keys(document.ratios)).toEqual(Object.keys(document.runs));
  const read = JSON.parse(documentText(document)) as typeof document;
  expect(read.ratios).toMatchObject({ read_vs_cli_narrow: 15, peak_rss_mb_narrow: 250 });
  expect(read.runs['read_vs_cli_narrow']).toMatchObject({ value: 15, verdict: 'aim met', goal: { must: 1.3 }, runs: [{ value: 15, b: { wallMs: 333.333 } }] });
});

test('the table has a line for each figure, columns under their heads', () => {
  const lines = renderTable(document).split('\n');
  expect(lines).toHaveLength(1 + figures.length);
  const at = lines[0]!.indexOf('verdict');
  expect(lines[1]!.slice(at)).toMatch(/^aim met +mariadb --quick --batch +5\.00 +4\.00 +10 {2}read and decode +0\.33/);
});

test('the chart is well-formed and shows each figure once', () => {
  const chart = renderChart(document);
  for (const { key } of figures) expect(chart.split(`>${key}<`)).toHaveLength(2);
  expect(chart).toContain('A &amp; B &lt;fast>');
  expect(chart).not.toContain('NaN');
  const tags = chart.match(/<\/?(svg|text)\b/g)!;
  expect(tags.filter((tag) => tag.startsWith('</')).length * 2).toBe(tags.length);
});
