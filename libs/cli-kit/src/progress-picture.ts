import stringWidth from 'string-width';
import { bytesText, countText } from './quantity-text.ts';
import type { ProgressFigures, RunProgress, TableProgress } from './run-progress.ts';
import { shortenMiddle } from './shorten-middle.ts';

const BAR_COLUMNS = 20;
const SHORT_BAR_COLUMNS = 10;
const NAME_COLUMNS = 32;

interface Row {
  readonly name: string;
  readonly figures: ProgressFigures;
  readonly stage: string;
}

/**
 * The lines of the tables that are at work and, where a run has several tables, of all of them. No line is wider than the terminal:
 * what is least needed is left out first, in all lines alike. No more lines than the terminal has rows.
 */
export function pictureLines(run: RunProgress, at: string, columns: number, rows: number): readonly string[] {
  const open = run.tables.filter(({ isEnded }) => !isEnded).map((table) => rowOf(table, at));
  const isSeveral = run.tableCount > 1;
  const total = isSeveral ? [{ name: `all ${countText(run.tableCount)} tables`, figures: run.figures(at), stage: `${countText(run.endedCount)} done` }] : [];
  const room = Math.max(rows - 1 - total.length, 1);
  return linesOf([...open.slice(0, room), ...total], columns);
}

/** The last line of a table, which stays. */
export function endedLine(table: TableProgress, at: string, columns: number): string {
  return linesOf([rowOf(table, at)], columns)[0]!;
}

function rowOf(table: TableProgress, at: string): Row {
  return { name: table.name, figures: table.figures(at), stage: table.stage };
}

function withoutBar({ figures: { rows, rowsPerSecond, bytes, timeLeft }, stage }: Row): readonly string[] {
  return [`${countText(rows)} rows`, `${countText(rowsPerSecond)} rows/s`, bytesText(bytes), stage, ...(timeLeft === null ? [] : [timeLeft])];
}

function withBar(columns: number): (row: Row) => readonly string[] {
  return (row) => {
    const [first, ...rest] = withoutBar(row);
    return [`${bar(row.figures.share, columns)} ${first}`, ...rest];
  };
}

/** From everything to the least that says something. */
const FORMS: readonly ((row: Row) => readonly string[])[] = [
  withBar(BAR_COLUMNS),
  withBar(SHORT_BAR_COLUMNS),
  withoutBar,
  ({ figures: { rows, timeLeft }, stage }) => [`${countText(rows)} rows`, stage, ...(timeLeft === null ? [] : [timeLeft])],
  ({ figures: { rows }, stage }) => [`${countText(rows)} rows`, stage],
];

function linesOf(rows: readonly Row[], columns: number): readonly string[] {
  // A terminal moves on by itself when its last column is written.
  const room = Math.max(columns - 1, 1);
  for (const form of FORMS) {
    const texts = rows.map((row) => form(row).join('  '));
    const left = room - 1 - Math.max(0, ...texts.map((text) => stringWidth(text)));
    const names = Math.min(Math.max(0, ...rows.map(({ name }) => stringWidth(name))), NAME_COLUMNS);
    // Names tell the lines apart, so they are shortened last.
    if (left < names && form !== FORMS.at(-1)) continue;
    const width = Math.max(Math.min(names, left), 1);
    return rows.map(({ name }, index) => shortenMiddle(`${padded(shortenMiddle(name, width), width)} ${texts[index]}`, room));
  }
  return [];
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - stringWidth(text), 0));
}

/** Empty where it is not known how much there is to read. */
function bar(share: number | null, columns: number): string {
  const full = Math.round((share ?? 0) * columns);
  return '█'.repeat(full) + '░'.repeat(columns - full);
}
