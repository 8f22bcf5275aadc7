import type { Measured } from '../jobs/job.ts';
import type { BenchDocument } from './bench-document.ts';
import { median } from './figure.ts';
import { jobLabel } from './job-label.ts';

const HEAD = ['figure', 'value', 'min – max', 'by CPU', 'must', 'aim', 'verdict', 'A', 'A s', 'A CPU s', 'A MB', 'B', 'B s', 'B CPU s', 'B MB', 'rows of B'];
/** Columns of words; the others are numbers and stand at the right. */
const WORDS = new Set([0, 6, 7, 11]);

/** The figures as a table for a terminal, medians of the runs beside them. */
export function renderTable({ runs }: BenchDocument): string {
  const lines = Object.entries(runs).map(([key, { value, min, max, cpuRatio, goal, verdict, a, b, runs: pairs }]) => [
    key,
    short(value),
    `${short(min)} – ${short(max)}`,
    cpuRatio === null ? '' : short(cpuRatio),
    goal === null ? '' : `${goal.sense === 'least' ? '≥' : '≤'} ${goal.must}`,
    goal === null ? '' : `${goal.sense === 'least' ? '≥' : '≤'} ${goal.aim}`,
    verdict,
    jobLabel(a),
    ...medians(pairs.map((pair) => pair.a)),
    jobLabel(b),
    ...medians(pairs.map((pair) => pair.b)),
    b.rows.toLocaleString('en'),
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)));
  return [HEAD, ...lines].map((line) => line.map((cell, column) => (WORDS.has(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ').trimEnd()).join('\n');
}

function medians(measured: readonly Measured[]): string[] {
  const peaks = measured.map(({ peakRssMb }) => peakRssMb).filter((peak) => peak !== null);
  return [
    median(measured.map(({ wallMs }) => wallMs / 1000)).toFixed(2),
    median(measured.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
    peaks.length === 0 ? '?' : median(peaks).toFixed(0),
  ];
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
