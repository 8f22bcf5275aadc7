import { createRequire } from 'node:module';
import stringWidth from 'string-width';
import { printableLine } from './printable.ts';
import { countText } from './quantity-text.ts';
import { shortenMiddle } from './shorten-middle.ts';

const require = createRequire(import.meta.url);

const GAP = 2;
/** A column of text is not made narrower than this. */
const NARROWEST = 8;

/**
 * A plain table: headings, then rows; columns of numbers stand right.
 *
 * @param width columns to fit into: the middle of long cells is left out. Null, as in a pipe, leaves every cell whole.
 */
export function textTable(headings: readonly string[], rows: readonly (readonly (string | number | null)[])[], width: number | null = terminalWidth()): string {
  const isNumeric = headings.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const cells = rows.map((row) => row.map(cellText));
  const widths = headings.map((heading, column) => Math.max(stringWidth(heading), ...cells.map((row) => stringWidth(row[column] ?? ''))));
  const limits = width === null ? widths : fittingWidths(widths, headings.map((heading, column) => (isNumeric[column] ? (widths[column] ?? 0) : Math.max(stringWidth(heading), NARROWEST))), width);
  const Table = require('cli-table3') as typeof import('cli-table3');
  const table = new Table({
    head: [...headings],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
    colAligns: isNumeric.map((numeric) => (numeric ? 'right' : 'left')),
  });
  for (const row of cells) table.push(row.map((cell, column) => shortenMiddle(cell, limits[column] ?? stringWidth(cell))));
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n');
}

/** Columns of the terminal that stdout is; null when it is none. */
export function terminalWidth(): number | null {
  return process.stdout.isTTY === true && process.stdout.columns > 0 ? process.stdout.columns : null;
}

function cellText(cell: string | number | null): string {
  if (cell === null) return '-';
  return typeof cell === 'number' ? countText(cell) : printableLine(cell);
}

/** Takes what is too much from the widest columns, down to their minimum. */
function fittingWidths(widths: readonly number[], minima: readonly number[], room: number): readonly number[] {
  const fitted = [...widths];
  const slack = (column: number): number => fitted[column]! - Math.min(minima[column]!, fitted[column]!);
  for (let excess = fitted.reduce((sum, width) => sum + width, 0) + GAP * (fitted.length - 1) - room; excess > 0; excess--) {
    const shrinkable = fitted.map((_, column) => column).filter((column) => slack(column) > 0);
    if (shrinkable.length === 0) break;
    fitted[shrinkable.reduce((widest, column) => (fitted[column]! > fitted[widest]! ? column : widest))]!--;
  }
  return fitted;
}
