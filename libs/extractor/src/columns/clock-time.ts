import { DOT, POWERS_OF_TEN, smallInteger, ZERO } from './digits.ts';

/**
 * Seconds of `hh:mm:ss` at `start`, of which eight bytes are there; -1 when it is none.
 * The bytes of `hh:m` and `m:ss` lose those of `00:0` and `0:00`: digits are left, and zero for each colon.
 */
export function secondsOfDay(words: DataView, start: number): number {
  const head = words.getInt32(start, true) ^ 0x303a3030;
  const tail = words.getInt32(start + 4, true) ^ 0x30303a30;
  // A digit d leaves no bit above the lowest four in d | d + 6.
  const odd = (head | (head + 0x06060606) | tail | (tail + 0x06060606)) & 0xf0f0f0f0;
  if (odd !== 0 || (head & 0x00ff0000) !== 0 || (tail & 0x0000ff00) !== 0) return -1;
  const hour = (head & 255) * 10 + ((head >>> 8) & 255);
  const minute = (head >>> 24) * 10 + (tail & 255);
  const second = ((tail >>> 16) & 255) * 10 + (tail >>> 24);
  return hour > 23 || minute > 59 || second > 59 ? -1 : hour * 3600 + minute * 60 + second;
}

/** Seconds of `mm:ss` at `start`, of which five bytes are there; -1 when it is none. */
export function minutesAndSeconds(wire: Buffer, start: number): number {
  const m1 = wire[start]! - ZERO;
  const m0 = wire[start + 1]! - ZERO;
  const s1 = wire[start + 3]! - ZERO;
  const s0 = wire[start + 4]! - ZERO;
  const odd = m1 | (m1 + 6) | m0 | (m0 + 6) | s1 | (s1 + 6) | s0 | (s0 + 6);
  if ((odd & ~15) !== 0 || wire[start + 2] !== 58 || m1 > 5 || s1 > 5) return -1;
  return (m1 * 10 + m0) * 60 + s1 * 10 + s0;
}

/** Microseconds of `.f` to `.ffffff` in `wire[start, end)`, 0 when it is empty; -1 when it is none. */
export function fractionMicros(wire: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  if (length < 2 || length > 7 || wire[start] !== DOT) return -1;
  const value = smallInteger(wire, start + 1, end);
  return value < 0 ? -1 : value * POWERS_OF_TEN[7 - length]!;
}
