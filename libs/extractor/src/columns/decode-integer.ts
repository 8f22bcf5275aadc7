import type { CellGrid } from './cell-grid.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import { areDigits, MINUS, safeInteger, skipZeros, smallInteger } from './digits.ts';
import { storeSafeInteger, storeWords } from './int64-words.ts';
import { malformed, ValueProblem } from './value-problem.ts';

const WHOLE = 'a whole number';

/** Text to a 32-bit integer. Leading zeros are those of ZEROFILL and YEAR. */
export function decodeInt32(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const value = int32Of(column, wire, start, end);
  column.int32[column.valueCount++] = value;
  column.size += 4;
  return 4;
}

export function decodeInt32Run(column: ColumnBuffer, { wire, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    column.defined[row] = 1;
    decodeInt32(column, wire, start, bounds[at + 1]!);
  }
}

/** The same where the type is annotated with 16 bits, which the value must fit. */
export function decodeInt16(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const value = int32Of(column, wire, start, end);
  if (value < -32_768 || value > 32_767) throw new ValueProblem('DATA_OUT_OF_RANGE', column.source, `a whole number of ${end - start} characters, beyond 16 bits`);
  column.int32[column.valueCount++] = value;
  column.size += 4;
  return 4;
}

export function decodeInt16Run(column: ColumnBuffer, { wire, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    column.defined[row] = 1;
    decodeInt16(column, wire, start, bounds[at + 1]!);
  }
}

function int32Of(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const isNegative = start < end && wire[start] === MINUS;
  let digits = isNegative ? start + 1 : start;
  if (end - digits <= 9) {
    const value = smallInteger(wire, digits, end);
    if (value < 0) throw malformed(column.source, start, end, WHOLE);
    return isNegative ? -value : value;
  }
  digits = skipCheckedZeros(column, wire, digits, end);
  const magnitude = end - digits > 15 ? Number.POSITIVE_INFINITY : safeInteger(wire, digits, end);
  if (magnitude < 0) throw malformed(column.source, start, end, WHOLE);
  if (magnitude > (isNegative ? 2_147_483_648 : 2_147_483_647)) throw beyond(32, column, wire, digits, end);
  return isNegative ? -magnitude : magnitude;
}

/** Text to a 64-bit integer, exact without floating point: at most nineteen digits. */
export function decodeInt64(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const isNegative = start < end && wire[start] === MINUS;
  const digits = isNegative ? start + 1 : start;
  const index = column.valueCount;
  if (end - digits <= 15) {
    const value = safeInteger(wire, digits, end);
    if (value < 0) throw malformed(column.source, start, end, WHOLE);
    storeSafeInteger(column.int32, index, value, isNegative);
  } else {
    storeLong(column, wire, digits, end, isNegative);
  }
  column.valueCount = index + 1;
  column.size += 8;
  return 8;
}

export function decodeInt64Run(column: ColumnBuffer, { wire, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    column.defined[row] = 1;
    decodeInt64(column, wire, start, bounds[at + 1]!);
  }
}

function storeLong(column: ColumnBuffer, wire: Buffer, start: number, end: number, isNegative: boolean): void {
  const digits = skipCheckedZeros(column, wire, start, end);
  const count = end - digits;
  if (count <= 15) {
    const value = safeInteger(wire, digits, end);
    if (value < 0) throw malformed(column.source, start, end, WHOLE);
    storeSafeInteger(column.int32, column.valueCount, value, isNegative);
    return;
  }
  if (count > 19) throw beyond(64, column, wire, digits, end);
  const head = safeInteger(wire, digits, end - 9);
  const tail = smallInteger(wire, end - 9, end);
  if (head < 0 || tail < 0) throw malformed(column.source, start, end, WHOLE);
  // head * 1e9 + tail in base 65536: no product reaches 2^53.
  const headHigh = Math.floor(head / 65_536);
  const lowSum = (head - headHigh * 65_536) * 1e9 + tail;
  const carry = Math.floor(lowSum / 65_536);
  const bits0to15 = lowSum - carry * 65_536;
  const upper = headHigh * 1e9 + carry;
  const high = Math.floor(upper / 65_536);
  const low = (((upper - high * 65_536) << 16) | bits0to15) | 0;
  if (high >= 2_147_483_648 && !(isNegative && high === 2_147_483_648 && low === 0)) throw beyond(64, column, wire, digits, end);
  storeWords(column.int32, column.valueCount, low, high | 0, isNegative);
}

function beyond(bits: number, column: ColumnBuffer, wire: Buffer, start: number, end: number): ValueProblem {
  if (!areDigits(wire, start, end)) return malformed(column.source, start, end, WHOLE);
  return new ValueProblem('DATA_OUT_OF_RANGE', column.source, `a whole number of ${end - start} digits, beyond ${bits} bits`);
}

function skipCheckedZeros(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  if (start >= end) throw malformed(column.source, start, end, WHOLE);
  return skipZeros(wire, start, end);
}
