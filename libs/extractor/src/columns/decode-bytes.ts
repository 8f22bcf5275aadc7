import { NULL_APPENDED, type ColumnBuffer } from './column-buffer.ts';
import { ValueProblem } from './value-problem.ts';

/** Up to this length a loop is cheaper than a native copy. */
const SHORT = 48;

/** Bytes as they come: a 4-byte length and the bytes. */
export function decodeBytes(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  if (end - start > column.maxBytes) return appendOversizeBytes(column, wire, start, end);
  return appendBytes(column, wire, start, end);
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
