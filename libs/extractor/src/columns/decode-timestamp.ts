import type { CellGrid } from './cell-grid.ts';
import { dayOf, ZERO_DATE } from './calendar-day.ts';
import { fractionMicros, secondsOfDay } from './clock-time.ts';
import { NULL_APPENDED, type ColumnBuffer } from './column-buffer.ts';
import { BLANK } from './digits.ts';
import { malformed } from './value-problem.ts';
import { wordsOf } from './wire-words.ts';
import { applyZeroDate } from './zero-date.ts';

const TIMESTAMP = 'a date and time';
const TWO_TO_26 = 67_108_864;
const TWO_TO_32 = 4_294_967_296;

/**
 * `YYYY-MM-DD hh:mm:ss[.ffffff]` to microseconds since 1970-01-01 00:00:00.
 * Microseconds of the year 2256 and later have more than 53 bits. 10^6 is 15625 * 2^6, so units of 64 microseconds stay exact.
 */
export function decodeTimestamp(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  if (end - start < 19 || wire[start + 10] !== BLANK) throw malformed(column.source, start, end, TIMESTAMP);
  let seconds = secondsOfDay(wordsOf(wire), start + 11);
  let fraction = fractionMicros(wire, start + 19, end);
  if (seconds < 0 || fraction < 0) throw malformed(column.source, start, end, TIMESTAMP);
  let day = dayOf(column, wire, start, end);
  if (day === ZERO_DATE) {
    day = applyZeroDate(column, wire, start);
    if (day === ZERO_DATE) return NULL_APPENDED;
    seconds = 0;
    fraction = 0;
  }
  const units = (day * 86_400 + seconds) * 15_625;
  let high = Math.floor(units / TWO_TO_26);
  let low = (units - high * TWO_TO_26) * 64 + fraction;
  if (low >= TWO_TO_32) {
    low -= TWO_TO_32;
    high += 1;
  }
  const at = column.valueCount++ << 1;
  column.int32[at] = low | 0;
  column.int32[at + 1] = high | 0;
  column.size += 8;
  return 8;
}

export function decodeTimestampRun(column: ColumnBuffer, { wire, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    column.defined[row] = decodeTimestamp(column, wire, start, bounds[at + 1]!) === NULL_APPENDED ? 0 : 1;
  }
}
