import type { ColumnBuffer } from './column-buffer.ts';
import { MINUS, ZERO } from './digits.ts';
import { malformed, ValueProblem } from './value-problem.ts';
import { wordsOf } from './wire-words.ts';

/** What `dayOf` gives for a zero or partly zero date. */
export const ZERO_DATE = Number.NEGATIVE_INFINITY;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days from 1970-01-01 to a day of the proleptic Gregorian calendar. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + (yearOfEra >> 2) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** 0001-01-01: the sentinel of the zero-date policy. */
export const SENTINEL_DAY = daysFromCivil(1, 1, 1);

/**
 * Days since 1970-01-01 of `YYYY-MM-DD` at `start`, of which ten bytes are there; `ZERO_DATE` where year, month or day is zero.
 * Redshift has no year 0: it would show 0000-03-01 as 0001-03-01 BC, and count a leap day there that MySQL does not have.
 * The last day is remembered in the column: neighbouring rows often share it.
 */
export function dayOf(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const words = wordsOf(wire);
  const yearText = words.getInt32(start, true);
  const monthText = words.getInt32(start + 4, true);
  const dayText = words.getInt16(start + 8, true);
  if (yearText === column.dayYear && monthText === column.dayMonth && dayText === column.dayOfMonth) return column.dayValue;
  const y3 = wire[start]! - ZERO;
  const y2 = wire[start + 1]! - ZERO;
  const y1 = wire[start + 2]! - ZERO;
  const y0 = wire[start + 3]! - ZERO;
  const m1 = wire[start + 5]! - ZERO;
  const m0 = wire[start + 6]! - ZERO;
  const d1 = wire[start + 8]! - ZERO;
  const d0 = wire[start + 9]! - ZERO;
  // A digit d leaves no bit above the lowest four in d | d + 6.
  const odd = y3 | (y3 + 6) | y2 | (y2 + 6) | y1 | (y1 + 6) | y0 | (y0 + 6) | m1 | (m1 + 6) | m0 | (m0 + 6) | d1 | (d1 + 6) | d0 | (d0 + 6);
  if ((odd & ~15) !== 0 || wire[start + 4] !== MINUS || wire[start + 7] !== MINUS) throw malformed(column.source, start, end, 'a date');
  const year = y3 * 1000 + y2 * 100 + y1 * 10 + y0;
  const month = m1 * 10 + m0;
  const day = d1 * 10 + d0;
  if (month > 12 || day > 31) throw malformed(column.source, start, end, 'a date');
  if (year === 0 || month === 0 || day === 0) return ZERO_DATE;
  if (day > MONTH_DAYS[month - 1]! && !(month === 2 && day === 29 && isLeap(year))) throw new ValueProblem('DATA_INVALID_DATE', column.source, `day ${day} of month ${month}`);
  column.dayYear = yearText;
  column.dayMonth = monthText;
  column.dayOfMonth = dayText;
  column.dayValue = daysFromCivil(year, month, day);
  return column.dayValue;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
