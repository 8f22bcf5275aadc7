import Table from 'cli-table3';

/** A plain table for the terminal: headings, then rows; numbers stand right. */
export function textTable(headings: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const isNumeric = headings.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const table = new Table({
    head: [...headings],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
    colAligns: isNumeric.map((numeric) => (numeric ? 'right' : 'left')),
  });
  for (const row of rows) table.push(row.map((cell) => (cell === null ? '-' : typeof cell === 'number' ? countText(cell) : cell)));
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n');
}

const COUNTS = new Intl.NumberFormat('en-US');

/** `1,234,567` */
export function countText(count: number): string {
  return COUNTS.format(count);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `12.3 MB`, in powers of 1000. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `1m 05s`, `3.2 s`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}m ${String(Math.round(seconds % 60)).padStart(2, '0')}s`;
}
