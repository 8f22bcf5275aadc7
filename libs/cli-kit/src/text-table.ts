import { createRequire } from 'node:module';
import stringWidth from 'string-width';
import { printableLine } from './printable.ts';
import { countText } from './quantity-text.ts';
import { shortenMiddle } from './shorten-middle.ts';

const require = createRequire(import.meta.url);

const GAP = 2;
/** A column of text is not made narrower than this. */
const NARROWEST = 12;
/** Behind its heading a value is not made narrower than this. */
const NARROWEST_VALUE = 8;

/** Cells that say nothing. */
const EMPTY: ReadonlySet<string> = new Set(['', '-']);
/** Columns up to this width hold names, which have to stay apart when they are shortened. */
const WIDEST_NAME = 40;

type Cells = readonly (readonly string[])[];

/**
 * A plain table: headings, then rows; columns of numbers stand right.
 *
 * On a terminal that is too narrow for it, columns without a value are left out and the middle of long cells is; where that makes
 * two names look alike, or is not enough, each row becomes a block with a line for each of its values.
 *
 * @param width columns to fit into. Null, as in a pipe, leaves every cell whole.
 */
export function textTable(headings: readonly string[], rows: readonly (readonly (string | number | null)[])[], width: number | null = terminalWidth()): string {
  const all = headings.map((_, column) => column);
  const cells = rows.map((row) => row.map(cellText));
  const widths = headings.map((heading, column) => Math.max(stringWidth(heading), ...cells.map((row) => stringWidth(row[column] ?? ''))));
  if (width === null || neededWidth(widths) <= width) return drawn(headings, rows, cells);

  const filled = all.filter((column) => rows.length === 0 || cells.some((row) => !EMPTY.has(row[column] ?? '')));
  const pick = <T>(of: readonly T[]): readonly T[] => filled.map((column) => of[column]!);
  const kept = { headings: pick(headings), rows: rows.map((row) => pick(row)), cells: cells.map((row) => pick(row)), widths: pick(widths) };
  const minima = kept.headings.map((heading, column) => (isNumeric(kept.rows, column) ? kept.widths[column]! : Math.max(stringWidth(heading), NARROWEST)));
  const limits = fittingWidths(kept.widths, minima, width);
  const shortened = kept.cells.map((row) => row.map((cell, column) => shortenMiddle(cell, limits[column]!)));
  const tellsApart = kept.widths.every((widest, column) => widest > WIDEST_NAME || different(shortened, column) === different(kept.cells, column));
  return rows.length === 0 || (neededWidth(limits) <= width && tellsApart) ? drawn(kept.headings, kept.rows, shortened) : blocks(kept.headings, kept.cells, width);
}

function drawn(headings: readonly string[], rows: readonly (readonly (string | number | null)[])[], cells: Cells): string {
  const Table = require('cli-table3') as typeof import('cli-table3');
  const table = new Table({
    head: [...headings],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
    colAligns: headings.map((_, column) => (isNumeric(rows, column) ? 'right' : 'left')),
  });
  for (const row of cells) table.push([...row]);
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n');
}

/** Each row as lines of a heading and its value, a blank line between two rows. */
function blocks(headings: readonly string[], cells: Cells, width: number): string {
  const left = Math.max(...headings.map((heading) => stringWidth(heading))) + GAP;
  const line = (heading: string, cell: string): string => `${heading}${' '.repeat(left - stringWidth(heading))}${/^[\d,]+$/u.test(cell) ? cell : shortenMiddle(cell, Math.max(width - left, NARROWEST_VALUE))}`.trimEnd();
  return cells.map((row) => headings.map((heading, column) => line(heading, row[column] ?? '')).join('\n')).join('\n\n');
}

function isNumeric(rows: readonly (readonly (string | number | null)[])[], column: number): boolean {
  return rows.length > 0 && rows.every((row) => typeof row[column] === 'number');
}

function neededWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1);
}

function different(cells: Cells, column: number): number {
  return new Set(cells.map((row) => row[column])).size;
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
  for (let excess = neededWidth(fitted) - room; excess > 0; excess--) {
    const shrinkable = fitted.map((_, column) => column).filter((column) => slack(column) > 0);
    if (shrinkable.length === 0) break;
    fitted[shrinkable.reduce((widest, column) => (fitted[column]! > fitted[widest]! ? column : widest))]!--;
  }
  return fitted;
}
