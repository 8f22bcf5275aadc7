import type { CellGrid } from './cell-grid.ts';
import { dayOf, ZERO_DATE } from './calendar-day.ts';
import { NULL_APPENDED, type ColumnBuffer } from './column-buffer.ts';
import { malformed } from './value-problem.ts';
import { applyZeroDate } from './zero-date.ts';

/** `YYYY-MM-DD` to days since 1970-01-01. */
export function decodeDate(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  if (end - start !== 10) throw malformed(column.source, start, end, 'a date');
  let day = dayOf(column, wire, start, end);
  if (day === ZERO_DATE) {
    day = applyZeroDate(column, wire, start);
    if (day === ZERO_DATE) return NULL_APPENDED;
  }
  column.int32[column.valueCount++] = day;
  column.size += 4;
  return 4;
}

export function decodeDateRun(column: ColumnBuffer, { wire, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    column.defined[row] = decodeDate(column, wire, start, bounds[at + 1]!) === NULL_APPENDED ? 0 : 1;
  }
}
