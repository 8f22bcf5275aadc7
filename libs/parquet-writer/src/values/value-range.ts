import type { ParquetType } from '@tidemark/domain';
import { byteArrayLength } from './parquet-column.ts';
import { float32View, float64View, int32View, wordsOf } from './word-views.ts';

/** Smallest and greatest value of a column chunk as the footer's statistics hold them: PLAIN, without a length prefix. */
export interface ValueRange {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
}

/** Longer strings get no range: a shortened bound would be read as a value by old readers. */
const MAX_BOUND_BYTES = 64;

/**
 * The range of `count` values in vector layout, in the order that the Parquet type defines: numbers signed,
 * strings and bytes as unsigned bytes, decimals as two's complement numbers, false before true.
 * Null when there is no value, when a float is NaN, and for long strings.
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift (ColumnOrder)
 */
export function valueRange(type: ParquetType, bytes: Uint8Array, count: number): ValueRange | null {
  if (count === 0) return null;
  switch (type.physical) {
    case 'BOOLEAN':
      return booleanRange(bytes, count);
    case 'INT32':
      return int32Range(int32View(bytes), count);
    case 'INT64':
      return int64Range(int32View(bytes), count);
    case 'FLOAT':
      return floatRange(float32View(bytes), count);
    case 'DOUBLE':
      return floatRange(float64View(bytes), count);
    case 'FIXED_LEN_BYTE_ARRAY':
      return decimalRange(bytes, count, type.typeLength);
    case 'BYTE_ARRAY':
      return byteArrayRange(bytes, count);
  }
}

function booleanRange(bytes: Uint8Array, count: number): ValueRange {
  let min = 1;
  let max = 0;
  for (let i = 0; i < count; i++) {
    const value = bytes[i]!;
    min &= value;
    max |= value;
  }
  return { min: Uint8Array.of(min), max: Uint8Array.of(max) };
}

function int32Range(words: Int32Array, count: number): ValueRange {
  let min = words[0]!;
  let max = min;
  for (let i = 1; i < count; i++) {
    const value = words[i]!;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return { min: bytesOf(Int32Array.of(min)), max: bytesOf(Int32Array.of(max)) };
}

/** Turned over, the highest bit of a low word makes signed order of the unsigned one, and every number a small integer of the engine's. */
const TOP_BIT = 0x8000_0000 | 0;

/** Compares high words signed and low words unsigned; a BigInt per value would cost more than the whole encoding. */
function int64Range(words: Int32Array, count: number): ValueRange {
  let minLow = words[0]! ^ TOP_BIT;
  let minHigh = words[1]!;
  let maxLow = minLow;
  let maxHigh = minHigh;
  for (let i = 1; i < count; i++) {
    const low = words[2 * i]! ^ TOP_BIT;
    const high = words[2 * i + 1]!;
    if (high < minHigh || (high === minHigh && low < minLow)) {
      minHigh = high;
      minLow = low;
    } else if (high > maxHigh || (high === maxHigh && low > maxLow)) {
      maxHigh = high;
      maxLow = low;
    }
  }
  return { min: bytesOf(Int32Array.of(minLow ^ TOP_BIT, minHigh)), max: bytesOf(Int32Array.of(maxLow ^ TOP_BIT, maxHigh)) };
}

/** A zero bound is written as −0 below and +0 above, because −0 and +0 compare equal; NaN anywhere means no range. */
function floatRange(values: Float32Array | Float64Array, count: number): ValueRange | null {
  let min = values[0]!;
  let max = min;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value !== value) return null;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  if (min === 0) min = -0;
  if (max === 0) max = 0;
  return values instanceof Float32Array
    ? { min: bytesOf(Float32Array.of(min)), max: bytesOf(Float32Array.of(max)) }
    : { min: bytesOf(Float64Array.of(min)), max: bytesOf(Float64Array.of(max)) };
}

function decimalRange(bytes: Uint8Array, count: number, width: number): ValueRange {
  const words = wordsOf(bytes);
  const isShort = width < 4;
  let min = 0;
  let max = 0;
  for (let i = 1, at = width; i < count; i++, at += width) {
    if ((isShort ? compareShortDecimals(bytes, at, min, width) : compareDecimals(words, at, min, width)) < 0) min = at;
    else if ((isShort ? compareShortDecimals(bytes, at, max, width) : compareDecimals(words, at, max, width)) > 0) max = at;
  }
  return { min: copied(bytes, min, width), max: copied(bytes, max, width) };
}

/** Of at least four bytes: the first word has the sign; the last one overlaps the one before it where the width is no multiple of four. */
function compareDecimals(words: DataView, left: number, right: number, width: number): number {
  const first = words.getInt32(left) - words.getInt32(right);
  if (first !== 0 || width === 4) return first;
  const last = width - 4;
  for (let at = 4; at < last; at += 4) {
    const difference = words.getUint32(left + at) - words.getUint32(right + at);
    if (difference !== 0) return difference;
  }
  return words.getUint32(left + last) - words.getUint32(right + last);
}

function compareShortDecimals(bytes: Uint8Array, left: number, right: number, width: number): number {
  // With the sign bit turned over, two's complement sorts as unsigned bytes.
  const first = (bytes[left]! ^ 0x80) - (bytes[right]! ^ 0x80);
  if (first !== 0) return first;
  for (let i = 1; i < width; i++) {
    const difference = bytes[left + i]! - bytes[right + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

function byteArrayRange(bytes: Uint8Array, count: number): ValueRange | null {
  const words = wordsOf(bytes);
  let minLength = byteArrayLength(words, 0);
  let maxLength = minLength;
  let min = 4;
  let max = min;
  let minPrefix = prefixOf(words, min, minLength);
  let maxPrefix = minPrefix;
  for (let i = 1, at = min + minLength; i < count; i++) {
    const length = byteArrayLength(words, at);
    const start = at + 4;
    const prefix = prefixOf(words, start, length);
    if (prefix < minPrefix || (prefix === minPrefix && compareByteArrays(words, start, length, min, minLength) < 0)) {
      min = start;
      minLength = length;
      minPrefix = prefix;
    } else if (prefix > maxPrefix || (prefix === maxPrefix && compareByteArrays(words, start, length, max, maxLength) > 0)) {
      max = start;
      maxLength = length;
      maxPrefix = prefix;
    }
    at = start + length;
  }
  if (minLength > MAX_BOUND_BYTES || maxLength > MAX_BOUND_BYTES) return null;
  return { min: copied(bytes, min, minLength), max: copied(bytes, max, maxLength) };
}

/** The first four bytes as a number; what a shorter string lacks is zero, which no byte is below. */
function prefixOf(words: DataView, start: number, length: number): number {
  if (length >= 4) return words.getUint32(start);
  let prefix = 0;
  for (let i = 0; i < length; i++) prefix += words.getUint8(start + i) * 2 ** (24 - 8 * i);
  return prefix;
}

function compareByteArrays(words: DataView, left: number, leftLength: number, right: number, rightLength: number): number {
  const shared = leftLength < rightLength ? leftLength : rightLength;
  let at = 0;
  for (const last = shared - 4; at <= last; at += 4) {
    const difference = words.getUint32(left + at) - words.getUint32(right + at);
    if (difference !== 0) return difference;
  }
  for (; at < shared; at++) {
    const difference = words.getUint8(left + at) - words.getUint8(right + at);
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}

/** `slice` would not do: that of a Buffer copies nothing, and the vector's memory may be used again. */
function copied(bytes: Uint8Array, from: number, length: number): Uint8Array {
  return new Uint8Array(bytes.subarray(from, from + length));
}

function bytesOf(words: Int32Array | Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
