import { isUtf8 } from 'node:buffer';
import { wordsOf } from './wire-words.ts';

export type TextFlaw = 'none' | 'nul' | 'utf8';

/** Up to this length a loop is cheaper than a view and a native call. */
const SHORT = 64;

/** What is wrong with a text as UTF-8; a NUL byte only matters in one that is. https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/ table 3-7 */
export function findTextFlaw(wire: Buffer, start: number, end: number): TextFlaw {
  if (end - start > SHORT) {
    const text = wire.subarray(start, end);
    if (!isUtf8(text)) return 'utf8';
    return text.includes(0) ? 'nul' : 'none';
  }
  const words = wordsOf(wire);
  const lastWord = end - 4;
  let hasNul = false;
  let at = start;
  while (at < end) {
    if (at <= lastWord) {
      const word = words.getInt32(at, true);
      if (((word | (word - 0x01010101)) & 0x80808080) === 0) {
        at += 4;
        continue;
      }
    }
    const lead = wire[at]!;
    if (lead < 0x80) {
      if (lead === 0) hasNul = true;
      at += 1;
      continue;
    }
    const length = sequenceLength(wire, at, end);
    if (length === 0) return 'utf8';
    at += length;
  }
  return hasNul ? 'nul' : 'none';
}

/** Bytes of the well-formed sequence of two to four bytes at `at`; 0 when there is none. */
function sequenceLength(wire: Buffer, at: number, end: number): number {
  const lead = wire[at]!;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const second = wire[at + 1]!;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let next = at + 2; next < at + length; next++) if ((wire[next]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** The longest beginning of a UTF-8 text that has at most `maxBytes` bytes and ends between characters. */
export function truncateUtf8(text: Buffer, maxBytes: number): Buffer {
  let end = Math.min(maxBytes, text.length);
  if (end < text.length) while (end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  return text.subarray(0, end);
}
