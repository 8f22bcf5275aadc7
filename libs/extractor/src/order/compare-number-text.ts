import { DOT, fourDigits, MINUS, ZERO } from '../columns/digits.ts';
import { wordsOf } from '../columns/wire-words.ts';

const NUMBER = /^(-?)0*(\d*?)(?:\.(?=\d)(\d*?)0*)?(?:e([-+]?\d+))?$/i;

/**
 * Orders two numbers by their text, exactly: integers, decimals and floating point. Below zero, zero, above zero;
 * NaN when one of the texts is no number.
 */
export function compareNumberText(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  const length = aEnd - aStart;
  if (length !== bEnd - bStart || length === 0) return compareParsed(a, aStart, aEnd, b, bStart, bEnd);
  let order = 0;
  let offset = 0;
  if (a === b) {
    const words = wordsOf(a);
    for (; offset <= length - 4; offset += 4) {
      const x = fourDigits(words.getInt32(aStart + offset, true));
      const y = fourDigits(words.getInt32(bStart + offset, true));
      if (x < 0 || y < 0) return compareParsed(a, aStart, aEnd, b, bStart, bEnd);
      if (order === 0) order = x - y;
    }
  }
  for (; offset < length; offset++) {
    const x = a[aStart + offset]! - ZERO;
    const y = b[bStart + offset]! - ZERO;
    if (x < 0 || x > 9 || y < 0 || y > 9) return compareParsed(a, aStart, aEnd, b, bStart, bEnd);
    if (order === 0) order = x - y;
  }
  return order;
}

function compareParsed(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  if (isPlain(a, aStart, aEnd) && isPlain(b, bStart, bEnd)) return comparePlain(a, aStart, aEnd, b, bStart, bEnd);
  const x = parse(a, aStart, aEnd);
  const y = parse(b, bStart, bEnd);
  if (x === null || y === null) return Number.NaN;
  if (x.sign !== y.sign) return x.sign - y.sign;
  if (x.sign === 0) return 0;
  if (x.magnitude !== y.magnitude) return x.magnitude > y.magnitude ? x.sign : -x.sign;
  if (x.digits === y.digits) return 0;
  return x.digits > y.digits ? x.sign : -x.sign;
}

/** True for digits with at most one point between them, without sign or exponent. */
function isPlain(text: Buffer, start: number, end: number): boolean {
  let points = 0;
  for (let at = start; at < end; at++) {
    const byte = text[at]!;
    if (byte === DOT) points += 1;
    else if (byte < ZERO || byte > 57) return false;
  }
  return start < end && points <= 1 && text[start] !== DOT && text[end - 1] !== DOT;
}

function comparePlain(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  const aPoint = wholeEnd(a, aStart, aEnd);
  const bPoint = wholeEnd(b, bStart, bEnd);
  let i = aStart;
  let j = bStart;
  while (i < aPoint && a[i] === ZERO) i++;
  while (j < bPoint && b[j] === ZERO) j++;
  if (aPoint - i !== bPoint - j) return aPoint - i - (bPoint - j);
  for (; i < aPoint; i++, j++) if (a[i] !== b[j]) return a[i]! - b[j]!;
  for (i = aPoint + 1, j = bPoint + 1; i < aEnd || j < bEnd; i++, j++) {
    const x = i < aEnd ? a[i]! : ZERO;
    const y = j < bEnd ? b[j]! : ZERO;
    if (x !== y) return x - y;
  }
  return 0;
}

function wholeEnd(text: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) if (text[at] === DOT) return at;
  return end;
}

/** `sign * 0.digits * 10^magnitude`, without leading and trailing zeros. */
interface Parsed {
  readonly sign: number;
  readonly digits: string;
  readonly magnitude: number;
}

function parse(text: Buffer, start: number, end: number): Parsed | null {
  const written = text.toString('latin1', start, Math.min(end, start + 400));
  const match = NUMBER.exec(written);
  if (match === null || end - start > 400 || !/\d/.test(written[written.startsWith('-') ? 1 : 0] ?? '')) return null;
  const whole = match[2] ?? '';
  const all = whole + (match[3] ?? '');
  const digits = all.replace(/^0+/, '');
  if (digits === '') return { sign: 0, digits: '', magnitude: 0 };
  const magnitude = whole.length - (all.length - digits.length) + Number(match[4] ?? '0');
  return { sign: text[start] === MINUS ? -1 : 1, digits: digits.replace(/0+$/, ''), magnitude };
}
