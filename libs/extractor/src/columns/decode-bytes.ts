import type { CellGrid } from './cell-grid.ts';
import { NULL_APPENDED, type ColumnBuffer } from './column-buffer.ts';
import { COPY_SLACK, copyWords } from './copy-words.ts';
import { ValueProblem } from './value-problem.ts';

/** Up to this length a loop is cheaper than a native copy. */
const SHORT = 48;

/** Above this length a native copy is cheaper than words. */
const MANY = 256;

/** Bytes as they come: a 4-byte length and the bytes. */
export function decodeBytes(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  if (end - start > column.maxBytes) return appendOversizeBytes(column, wire, start, end);
  return appendBytes(column, wire, start, end);
}

/** The same of neighbouring rows. */
export function decodeBytesRun(column: ColumnBuffer, { wire, words, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  const wordsEnd = words.byteLength - COPY_SLACK;
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    const stop = bounds[at + 1]!;
    const length = stop - start;
    if (length > column.maxBytes || length > MANY || stop > wordsEnd) {
      column.defined[row] = decodeBytes(column, wire, start, stop) === NULL_APPENDED ? 0 : 1;
      continue;
    }
    const to = column.size;
    if (to + 4 + length + COPY_SLACK > column.bytes.length) column.reserveBytes(to + 4 + length + COPY_SLACK);
    column.words.setInt32(to, length, true);
    copyWords(words, start, column.words, to + 4, length);
    column.defined[row] = 1;
    column.size = to + 4 + length;
    column.valueCount++;
  }
}

function appendOversizeBytes(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const action = oversizeAction(column, end - start, 'bytes');
  column.countPolicy('oversize_binary', action);
  return action === 'to_null' ? NULL_APPENDED : appendBytes(column, wire, start, start + column.maxBytes);
}

/** What to do with a value that is too long; throws where the policy is to fail. */
export function oversizeAction(column: ColumnBuffer, length: number, unit: string): 'truncate' | 'to_null' {
  const policy = column.staged.policies.oversize ?? 'fail';
  if (policy !== 'truncate' && policy !== 'to_null') throw new ValueProblem('DATA_OVERSIZE', column.source, `${length} ${unit}, at most ${column.maxBytes} bytes fit`);
  return policy;
}

/** Appends length and bytes without any check. */
export function appendBytes(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const length = end - start;
  let at = column.size;
  const stop = at + 4 + length;
  if (stop > column.bytes.length) column.reserveBytes(stop);
  const { bytes } = column;
  bytes[at] = length;
  bytes[at + 1] = length >> 8;
  bytes[at + 2] = length >> 16;
  bytes[at + 3] = length >> 24;
  at += 4;
  if (length <= SHORT) for (let from = start; from < end; from++) bytes[at++] = wire[from]!;
  else wire.copy(bytes, at, start, end);
  column.size = stop;
  column.valueCount++;
  return 4 + length;
}
