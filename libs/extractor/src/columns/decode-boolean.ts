import type { ColumnBuffer } from './column-buffer.ts';
import { areDigits, MINUS, ZERO } from './digits.ts';
import { malformed, ValueProblem } from './value-problem.ts';

/** `0` or `1`. */
export function decodeBoolean(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const digit = end - start === 1 ? wire[start]! - ZERO : -1;
  if (digit !== 0 && digit !== 1) throw refusal(column, wire, start, end);
  column.bytes[column.size++] = digit;
  column.valueCount++;
  return 1;
}

function refusal(column: ColumnBuffer, wire: Buffer, start: number, end: number): ValueProblem {
  const digits = start < end && wire[start] === MINUS ? start + 1 : start;
  if (!areDigits(wire, digits, end)) return malformed(column.source, start, end, 'a whole number');
  return new ValueProblem('DATA_NOT_BOOLEAN', column.source, `a whole number of ${end - digits} digit${end - digits === 1 ? '' : 's'} that is neither 0 nor 1`);
}
