import type { ColumnVector, ParquetType } from '@tidemark/domain';
import { byteArrayLength, vectorWidth } from '../values/parquet-column.ts';
import type { ReusedMemory } from '../values/reused-memory.ts';
import { wordsOf } from '../values/word-views.ts';
import type { Dictionary } from './dictionary.ts';
import { encodeHybrid, encodeRun, hybridBound } from './run-length-hybrid.ts';

/** Rows of a page at most, as parquet-java writes them. */
const MAX_PAGE_ROWS = 20_000;
/** PLAIN bytes after which a page of strings ends. */
const PAGE_BYTES = 1 << 20;

/** A data page before compression: levels with their length, then values. */
export interface DataPage {
  readonly rowCount: number;
  readonly body: Uint8Array;
}

/**
 * Lays a column out as bodies of data pages, version 1.
 * Everything is computed while iterating; a dictionary's codes must stay untouched until the end.
 * The vector must have passed `checkBatch`. With `memory`, a body holds until the next one is asked for.
 */
export function* dataPages(type: ParquetType, vector: ColumnVector, rowCount: number, dictionary: Dictionary | null, memory: ReusedMemory | null): Generator<DataPage> {
  const width = vectorWidth(type);
  const { bytes, defined } = vector;
  const words = wordsOf(bytes);
  const hasNulls = vector.valueCount !== rowCount;
  let value = 0;
  let at = 0;
  let row = 0;
  while (row < rowCount) {
    const from = row;
    const valueFrom = value;
    const atFrom = at;
    const rowLimit = Math.min(rowCount, from + MAX_PAGE_ROWS);
    if (rowLimit === rowCount && bytes.length - at <= PAGE_BYTES) {
      row = rowCount;
      value = vector.valueCount;
      at = bytes.length;
    } else if (width === 0 && dictionary === null) {
      const byteLimit = at + PAGE_BYTES;
      while (row < rowLimit && at < byteLimit) {
        if (defined[row] === 1) {
          at += 4 + byteArrayLength(words, at);
          value += 1;
        }
        row += 1;
      }
    } else {
      row = rowLimit;
      value += hasNulls ? countDefined(defined, from, row) : row - from;
      at = value * width;
    }
    const count = value - valueFrom;
    const bound = 4 + hybridBound(row - from, 1) + valuesBound(type, count, at - atFrom, dictionary);
    const page = new PageBody(memory === null ? Buffer.allocUnsafe(bound) : memory.take(bound));
    page.putLevels(defined, from, row, hasNulls);
    if (dictionary !== null) page.putCodes(dictionary, valueFrom, value);
    else if (type.physical === 'BOOLEAN') page.putBooleans(bytes, valueFrom, value);
    else page.putBytes(bytes, atFrom, at);
    yield { rowCount: row - from, body: page.taken() };
  }
}

function countDefined(defined: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) count += defined[i]!;
  return count;
}

function valuesBound(type: ParquetType, count: number, byteLength: number, dictionary: Dictionary | null): number {
  if (dictionary !== null) return 1 + hybridBound(count, dictionary.bitWidth);
  return type.physical === 'BOOLEAN' ? (count + 7) >> 3 : byteLength;
}

class PageBody {
  readonly #body: Uint8Array;
  #at = 0;

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  /** Definition levels, of which 1 is the greatest, behind their length in 4 bytes. */
  putLevels(defined: Uint8Array, from: number, to: number, hasNulls: boolean): void {
    const body = this.#body;
    const end = hasNulls ? encodeHybrid(defined, from, to, 1, body, 4) : encodeRun(1, to - from, 1, body, 4);
    const length = end - 4;
    body[0] = length & 255;
    body[1] = (length >>> 8) & 255;
    body[2] = (length >>> 16) & 255;
    body[3] = length >>> 24;
    this.#at = end;
  }

  putCodes(dictionary: Dictionary, from: number, to: number): void {
    this.#body[this.#at++] = dictionary.bitWidth;
    this.#at = encodeHybrid(dictionary.codes, from, to, dictionary.bitWidth, this.#body, this.#at);
  }

  putBooleans(bytes: Uint8Array, from: number, to: number): void {
    const body = this.#body;
    for (let i = from; i < to; i += 8) {
      const end = Math.min(i + 8, to);
      let packed = 0;
      for (let k = i; k < end; k++) packed |= bytes[k]! << (k - i);
      body[this.#at++] = packed;
    }
  }

  putBytes(bytes: Uint8Array, from: number, to: number): void {
    this.#body.set(bytes.subarray(from, to), this.#at);
    this.#at += to - from;
  }

  taken(): Uint8Array {
    return this.#body.subarray(0, this.#at);
  }
}
