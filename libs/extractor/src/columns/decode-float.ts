import type { CellGrid } from './cell-grid.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import { DOT, MINUS, POWERS_OF_TEN, ZERO } from './digits.ts';
import { malformed, ValueProblem } from './value-problem.ts';

const NUMBER = /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i;
const EXPECTED = 'a floating-point number';

export function decodeFloat64(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  column.float64[column.valueCount++] = numberOf(column, wire, start, end);
  column.size += 8;
  return 8;
}

export function decodeFloat64Run(column: ColumnBuffer, { wire, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    column.defined[row] = 1;
    decodeFloat64(column, wire, start, bounds[at + 1]!);
  }
}

/** The text is a double's (the column is read times 1E0), so rounding it once gives the float that the server holds. */
export function decodeFloat32(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const value = Math.fround(numberOf(column, wire, start, end));
  if (!Number.isFinite(value)) throw new ValueProblem('DATA_OUT_OF_RANGE', column.source, 'a number beyond 32-bit floating point');
  column.float32[column.valueCount++] = value;
  column.size += 4;
  return 4;
}

export function decodeFloat32Run(column: ColumnBuffer, { wire, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    column.defined[row] = 1;
    decodeFloat32(column, wire, start, bounds[at + 1]!);
  }
}

/**
 * What Number() makes of the text. Fifteen digits and a power of ten up to 22 are exact doubles, so one division rounds correctly; more digits
 * with a point among them are left to Number() itself.
 */
function numberOf(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const isNegative = start < end && wire[start] === MINUS;
  const digits = isNegative ? start + 1 : start;
  let value = 0;
  let point = -1;
  let at = digits;
  if (end - digits > 25) return slowNumber(column, wire, start, end);
  for (; at < end; at++) {
    const byte = wire[at]!;
    if (byte === DOT && point < 0) point = at;
    else if (byte >= ZERO && byte <= 57) value = value * 10 + (byte - ZERO);
    else return slowNumber(column, wire, start, end);
  }
  const count = end - digits - (point < 0 ? 0 : 1);
  if (count === 0 || point === digits || point === end - 1) return slowNumber(column, wire, start, end);
  if (count > 15) return Number(wire.toString('latin1', start, end));
  if (point >= 0) value /= POWERS_OF_TEN[end - point - 1]!;
  return isNegative ? -value : value;
}

function slowNumber(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const text = end - start <= 400 ? wire.toString('latin1', start, end) : '';
  if (!NUMBER.test(text)) throw malformed(column.source, start, end, EXPECTED);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new ValueProblem('DATA_OUT_OF_RANGE', column.source, 'a number beyond 64-bit floating point');
  return value;
}
