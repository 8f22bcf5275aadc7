import { wordsOf } from './wire-words.ts';

export const MINUS = 45;
export const DOT = 46;
export const COLON = 58;
export const BLANK = 32;
export const ZERO = 48;

/** Powers of ten that a double holds exactly. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: 23 }, (_unused, exponent) => Number(`1e${exponent}`));

/** True when `wire[start, end)` is one digit or more and nothing else. */
export function areDigits(wire: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const digit = wire[at]! - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return start < end;
}

/** The value of four digits in a little-endian word, the first one lowest; -1 when they are not all digits. */
export function fourDigits(word: number): number {
  // A digit d leaves no bit above the lowest four in d | d + 6.
  const digits = word ^ 0x30303030;
  if (((digits | (digits + 0x06060606)) & 0xf0f0f0f0) !== 0) return -1;
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff00ff;
  return (pairs & 255) * 100 + (pairs >>> 16);
}

/** The value of at most nine digits; -1 when there is none, or something else among them. */
export function smallInteger(wire: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length <= 8 && length > 0 && end >= 8) {
    const words = wordsOf(wire);
    const tail = fourDigits(lastBytes(words.getInt32(end - 4, true), length));
    if (length <= 4) return tail;
    const head = fourDigits(lastBytes(words.getInt32(end - 8, true), length - 4));
    return head < 0 || tail < 0 ? -1 : (head * 10_000 + tail) | 0;
  }
  return areDigits(wire, start, end) ? digitByDigit(wire, start, end) : -1;
}

/** The last `length` bytes of a word, behind zeros in place of what stands before them. Numbers of any length take the same way, which the processor foresees. */
function lastBytes(word: number, length: number): number {
  if (length >= 4) return word;
  const kept = -1 << ((4 - length) << 3);
  return (word & kept) | (0x30303030 & ~kept);
}

function digitByDigit(wire: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = (value * 10 + wire[at]! - ZERO) | 0;
  return value;
}

/** The value of at most fifteen digits, exact; -1 when there is none, or something else among them. */
export function safeInteger(wire: Buffer, start: number, end: number): number {
  if (end - start <= 8) return smallInteger(wire, start, end);
  const head = smallInteger(wire, start, end - 8);
  const tail = smallInteger(wire, end - 8, end);
  return head < 0 || tail < 0 ? -1 : head * 1e8 + tail;
}

/** The first place in `wire[start, end)` that is not a zero; the last digit is left alone. */
export function skipZeros(wire: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end - 1 && wire[at] === ZERO) at++;
  return at;
}
