import type { ColumnBuffer } from './column-buffer.ts';
import { fourDigits } from './digits.ts';
import { malformed, ValueProblem } from './value-problem.ts';
import { wordsOf } from './wire-words.ts';

/** What `dayOf` gives for a zero or partly zero date. */
export const ZERO_DATE = Number.NEGATIVE_INFINITY;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days from March 1st to the first of each month from January on, in a year that ends with February. */
const DAYS_SINCE_MARCH = [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];

/** Days from 1970-01-01 to a day of the proleptic Gregorian calendar, from the year 1 on. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const leapDays = (shifted >> 2) - ((shifted / 100) | 0) + ((shifted / 400) | 0);
  return shifted * 365 + leapDays + DAYS_SINCE_MARCH[month - 1]! + day - 719_469;
}

/** `-` as the first and last of four bytes. */
const SIGNS = 0x2d00002d;

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
  const year = fourDigits(yearText);
  // `-MM-` and `DD` with zeros in place of the signs: `00MM` and `00DD`.
  const month = fourDigits(((monthText << 8) & 0xffff0000) | 0x3030);
  const day = fourDigits((dayText << 16) | 0x3030);
  if (year < 0 || month < 0 || day < 0 || (monthText & 0xff0000ff) !== SIGNS) throw malformed(column.source, start, end, 'a date');
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
