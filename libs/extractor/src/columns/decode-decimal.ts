import type { CellGrid } from './cell-grid.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import { areDigits, DOT, MINUS, POWERS_OF_TEN, safeInteger, skipZeros, smallInteger, ZERO } from './digits.ts';
import { malformed, ValueProblem } from './value-problem.ts';

const DECIMAL = 'a decimal number';
const TWO_TO_32 = 4_294_967_296;
const LIMB = 16_777_216;

/** 24-bit limbs of the number in hand, least significant first: 16 bytes need six. */
const limbs = new Float64Array(6);
/** Limbs in use. */
let limbCount = 0;

/**
 * Text to the unscaled value, big-endian two's complement of the column's width.
 * The server writes exactly `scale` digits behind the point; fewer are made up with zeros, more are refused.
 */
export function decodeDecimal(column: ColumnBuffer, wire: Buffer, start: number, end: number): number {
  const isNegative = start < end && wire[start] === MINUS;
  const digits = isNegative ? start + 1 : start;
  const { scale } = column;
  const point = scale === 0 ? end : end - scale - 1;
  const total = end - digits - (scale === 0 ? 0 : 1);
  if (total <= 15 && point > digits && (scale === 0 || wire[point] === DOT)) {
    const whole = safeInteger(wire, digits, point);
    const fraction = scale === 0 ? 0 : safeInteger(wire, point + 1, end);
    if (whole < 0 || fraction < 0) throw malformed(column.source, start, end, DECIMAL);
    const value = whole * POWERS_OF_TEN[scale]! + fraction;
    if (column.precision < 16 && value >= POWERS_OF_TEN[column.precision]!) throw tooLong(column, digits, end);
    storeSafe(column, value, isNegative);
  } else {
    storeLong(column, wire, start, digits, end, isNegative);
  }
  column.valueCount++;
  column.size += column.width;
  return column.width;
}

export function decodeDecimalRun(column: ColumnBuffer, { wire, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    column.defined[row] = 1;
    decodeDecimal(column, wire, start, bounds[at + 1]!);
  }
}

function storeSafe(column: ColumnBuffer, magnitude: number, isNegative: boolean): void {
  const { bytes, words, size, width } = column;
  let high = magnitude < TWO_TO_32 ? 0 : Math.floor(magnitude / TWO_TO_32);
  let low = (magnitude - high * TWO_TO_32) | 0;
  let fill = 0;
  if (isNegative && magnitude !== 0) {
    low = -low | 0;
    high = ~high + (low === 0 ? 1 : 0);
    fill = 255;
  } else {
    high |= 0;
  }
  let at = size + width;
  if (width >= 8) {
    words.setInt32((at -= 4), low);
    words.setInt32((at -= 4), high);
    while (at > size) bytes[--at] = fill;
    return;
  }
  if (width >= 4) {
    words.setInt32((at -= 4), low);
    low = high;
  }
  for (; at > size; low >>= 8) bytes[--at] = low;
}

/** Any number of digits: the unscaled value in limbs, then bytes. */
function storeLong(column: ColumnBuffer, wire: Buffer, start: number, digits: number, end: number, isNegative: boolean): void {
  let point = digits;
  while (point < end && wire[point] !== DOT) point++;
  const hasFraction = point < end;
  if (!areDigits(wire, digits, point) || (hasFraction && !areDigits(wire, point + 1, end))) throw malformed(column.source, start, end, DECIMAL);
  let fractionEnd = end;
  const missing = column.scale - (hasFraction ? end - point - 1 : 0);
  if (missing < 0) {
    fractionEnd = point + 1 + column.scale;
    for (let at = fractionEnd; at < end; at++) {
      if (wire[at] !== ZERO) throw new ValueProblem('DATA_OUT_OF_RANGE', column.source, `a number with ${end - point - 1} digits behind the point, at most ${column.scale} fit`);
    }
  }
  const first = skipZeros(wire, digits, point);
  const wholeDigits = wire[first] === ZERO ? 0 : point - first;
  if (wholeDigits > column.precision - column.scale) throw tooLong(column, first, end);

  limbCount = 0;
  accumulate(wire, first, point);
  if (hasFraction) accumulate(wire, point + 1, fractionEnd);
  for (let rest = missing; rest > 0; rest -= 7) multiplyAdd(POWERS_OF_TEN[Math.min(rest, 7)]!, 0);
  storeLimbs(column, isNegative);
}

function accumulate(wire: Buffer, start: number, end: number): void {
  for (let at = start; at < end; at += 7) {
    const stop = at + 7 < end ? at + 7 : end;
    multiplyAdd(POWERS_OF_TEN[stop - at]!, smallInteger(wire, at, stop));
  }
}

/** limbs = limbs * factor + addend; 2^24 * 10^7 stays far below 2^53. */
function multiplyAdd(factor: number, addend: number): void {
  let carry = addend;
  for (let index = 0; index < limbCount; index++) {
    const value = limbs[index]! * factor + carry;
    carry = Math.floor(value / LIMB);
    limbs[index] = value - carry * LIMB;
  }
  if (carry > 0) limbs[limbCount++] = carry;
}

/** Three bytes from each limb, the least significant ones last; the limbs of a negative number are complemented on the way. */
function storeLimbs(column: ColumnBuffer, isNegative: boolean): void {
  const { bytes, size, width } = column;
  const flip = isNegative ? LIMB - 1 : 0;
  let carry = isNegative ? 1 : 0;
  let at = size + width - 1;
  for (let index = 0; at >= size; index++) {
    const limb = ((index < limbCount ? limbs[index]! : 0) ^ flip) + carry;
    carry = limb >>> 24;
    bytes[at--] = limb;
    if (at >= size) bytes[at--] = limb >>> 8;
    if (at >= size) bytes[at--] = limb >>> 16;
  }
}

function tooLong(column: ColumnBuffer, start: number, end: number): ValueProblem {
  return new ValueProblem('DATA_OUT_OF_RANGE', column.source, `a number of ${end - start} characters, DECIMAL(${column.precision},${column.scale}) takes ${column.precision - column.scale} digits before the point`);
}
