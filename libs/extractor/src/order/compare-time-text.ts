import { COLON, MINUS, ZERO } from '../columns/digits.ts';

/**
 * Orders two dates, two dates with times, or two durations by their text, exactly. A missing fraction is zero.
 * NaN when one of the texts is none.
 */
export function compareTimeText(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  if (isCalendar(a, aStart, aEnd) && isCalendar(b, bStart, bEnd)) return compareInStep(a, aStart, aEnd, b, bStart, bEnd);
  return compareDurations(a, aStart, aEnd, b, bStart, bEnd);
}

/** `YYYY-…` of ten characters or more. */
function isCalendar(text: Buffer, start: number, end: number): boolean {
  return end - start >= 10 && text[start + 4] === MINUS && text[start + 7] === MINUS;
}

/** Same punctuation at the same places; what one has more is larger than nothing where it holds a digit other than zero. */
function compareInStep(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  const common = Math.min(aEnd - aStart, bEnd - bStart);
  let order = 0;
  for (let offset = 0; offset < common; offset++) {
    const x = a[aStart + offset]!;
    const y = b[bStart + offset]!;
    if (x === y) continue;
    if (!isDigit(x) || !isDigit(y)) return Number.NaN;
    if (order === 0) order = x - y;
  }
  if (order !== 0) return order;
  return digitSum(a, aStart + common, aEnd) - digitSum(b, bStart + common, bEnd);
}

function digitSum(text: Buffer, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) if (isDigit(text[at]!)) sum += text[at]! - ZERO;
  return sum;
}

function compareDurations(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  const aSign = a[aStart] === MINUS ? -1 : 1;
  const bSign = b[bStart] === MINUS ? -1 : 1;
  const aFrom = aSign < 0 ? aStart + 1 : aStart;
  const bFrom = bSign < 0 ? bStart + 1 : bStart;
  const aHours = hoursOf(a, aFrom, aEnd);
  const bHours = hoursOf(b, bFrom, bEnd);
  if (aHours < 0 || bHours < 0) return Number.NaN;
  const aColon = a.indexOf(COLON, aFrom);
  const bColon = b.indexOf(COLON, bFrom);
  const rest = compareInStep(a, aColon, aEnd, b, bColon, bEnd);
  if (Number.isNaN(rest)) return rest;
  if (aSign === bSign) return aSign * (aHours === bHours ? rest : aHours - bHours);
  const areZero = aHours === 0 && bHours === 0 && digitSum(a, aColon, aEnd) === 0 && digitSum(b, bColon, bEnd) === 0;
  return areZero ? 0 : aSign - bSign;
}

/** The digits before the first colon; -1 when there are none. */
function hoursOf(text: Buffer, start: number, end: number): number {
  let hours = 0;
  for (let at = start; at < end; at++) {
    const byte = text[at]!;
    if (byte === COLON) return at === start ? -1 : hours;
    if (!isDigit(byte) || at - start > 3) return -1;
    hours = hours * 10 + byte - ZERO;
  }
  return -1;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 57;
}
