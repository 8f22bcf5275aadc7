import type { DecodeKind, MaskRule } from '@tidemark/domain';
import type { DecodeCell } from './column-buffer.ts';
import { appendBytes } from './decode-bytes.ts';
import { mendText } from './decode-utf8.ts';
import { malformed } from './value-problem.ts';

/** Stands for what is hidden, however much that is. */
const MASK = Buffer.from('****');
/** The longest domain name. https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const MAX_DOMAIN_BYTES = 253;
const AT = 0x40;

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/** Where the first `characters` characters of a UTF-8 text end; its length when it has no more. */
function endOfFirst(text: Buffer, characters: number): number {
  let at = 0;
  for (let left = characters; at < text.length; at++) {
    if (!isContinuation(text[at]!) && left-- === 0) return at;
  }
  return at;
}

/** Where the last `characters` characters of a UTF-8 text begin; 0 when it has no more. */
function startOfLast(text: Buffer, characters: number): number {
  let at = text.length;
  for (let left = characters; at > 0 && left > 0; ) {
    at--;
    if (!isContinuation(text[at]!)) left--;
  }
  return at;
}

/** What a rule leaves of a text. A text that has nothing besides what would be kept is hidden whole. */
export function maskText(text: Buffer, rule: MaskRule): Buffer {
  if (rule.keep === 'first') {
    const end = endOfFirst(text, rule.characters);
    return end === text.length ? MASK : Buffer.concat([text.subarray(0, end), MASK]);
  }
  if (rule.keep === 'last') {
    const start = startOfLast(text, rule.characters);
    return start === 0 ? MASK : Buffer.concat([MASK, text.subarray(start)]);
  }
  if (rule.keep === 'domain') {
    const at = text.lastIndexOf(AT);
    return at <= 0 || at === text.length - 1 || text.length - at - 1 > MAX_DOMAIN_BYTES ? MASK : Buffer.concat([MASK, text.subarray(at)]);
  }
  return MASK;
}

/** Writes what a mask leaves. @param reads how the server's text would be decoded without the mask */
export function maskDecoder(rule: MaskRule, reads: DecodeKind): DecodeCell {
  if (rule.keep === 'null') {
    return (column, _wire, start, end) => {
      throw malformed(column.source, start, end, 'NULL, although nothing of the column is read');
    };
  }
  return (column, wire, start, end) => {
    const masked = maskText(reads === 'utf8' ? mendText(column, wire, start, end) : wire.subarray(start, end), rule);
    return appendBytes(column, masked, 0, masked.length);
  };
}
