import { NULL_APPENDED, type ColumnBuffer } from './column-buffer.ts';
import { appendBytes, oversizeAction } from './decode-bytes.ts';
import { findTextFlaw, truncateUtf8 } from './text-check.ts';
import { ValueProblem } from './value-problem.ts';
import { wordsOf } from './wire-words.ts';

/** Up to this length bytes are checked while they are copied. */
const SHORT = 160;

/** Text that is UTF-8 without NUL and not longer than the column: copied; anything else goes by the policies. */
export function decodeUtf8(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length > column.maxBytes) return appendFlawed(column, wire, start, end);
  if (length > SHORT) return findTextFlaw(wire, start, end) === 'none' ? appendBytes(column, wire, start, end) : appendFlawed(column, wire, start, end);
  const stop = column.size + 4 + length;
  if (stop > column.bytes.length) column.reserveBytes(stop);
  const words = wordsOf(wire);
  const target = column.words;
  let to = column.size + 4;
  // Bytes from 1 to 127 leave the highest bit of each byte clear in w | w - 0x01010101.
  let odd = 0;
  if (length >= 4) {
    const lastWord = end - 4;
    for (let from = start; from < lastWord; from += 4, to += 4) {
      const word = words.getInt32(from, true);
      target.setInt32(to, word, true);
      odd |= word | (word - 0x01010101);
    }
    // The last word overlaps the one before it where the length is no multiple of four.
    const word = words.getInt32(lastWord, true);
    target.setInt32(stop - 4, word, true);
    odd |= word | (word - 0x01010101);
  } else {
    for (let from = start; from < end; from++) {
      const byte = wire[from]!;
      target.setUint8(to++, byte);
      odd |= byte | (byte - 1);
    }
  }
  if ((odd & 0x80808080) !== 0 && findTextFlaw(wire, start, end) !== 'none') return appendFlawed(column, wire, start, end);
  target.setInt32(column.size, length, true);
  column.size = stop;
  column.valueCount++;
  return 4 + length;
}

function appendFlawed(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  let text = mendText(column, wire, start, end);
  if (text.length > column.maxBytes) {
    const action = oversizeAction(column, text.length, 'bytes of text');
    column.countPolicy('oversize_string', action);
    if (action === 'to_null') return NULL_APPENDED;
    text = truncateUtf8(text, column.maxBytes);
  }
  return appendBytes(column, text, 0, text.length);
}

/** The cell as UTF-8: mended by the policy, or refused. */
export function mendUtf8(column: ColumnBuffer, wire: Buffer, start: number, end: number): Buffer {
  const text = wire.subarray(start, end);
  if (findTextFlaw(text, 0, text.length) !== 'utf8') return text;
  if (column.staged.policies.invalidUtf8 !== 'replace') throw new ValueProblem('DATA_INVALID_UTF8', column.source, `${text.length} bytes of text that are not UTF-8`);
  column.countPolicy('invalid_utf8', 'replace');
  // Each longest ill-formed part becomes U+FFFD. https://encoding.spec.whatwg.org/#utf-8-decoder
  return Buffer.from(text.toString('utf8'), 'utf8');
}

/** The cell as UTF-8 without NUL: mended by the policies, or refused. */
export function mendText(column: ColumnBuffer, wire: Buffer, start: number, end: number): Buffer {
  const text = mendUtf8(column, wire, start, end);
  if (!text.includes(0)) return text;
  if (column.staged.policies.nulByte !== 'strip') throw new ValueProblem('DATA_NUL_BYTE', column.source, `${text.length} bytes of text with a NUL among them`);
  column.countPolicy('nul_byte', 'strip');
  return Buffer.from(text.filter((byte) => byte !== 0));
}
