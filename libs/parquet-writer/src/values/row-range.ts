import type { ColumnBatch, ColumnVector } from '@tidemark/domain';
import { byteArrayLength, vectorWidth, type ParquetColumn } from './parquet-column.ts';
import type { ReusedMemory } from './reused-memory.ts';
import { wordsOf } from './word-views.ts';

/** Consecutive rows of a column batch, or of several joined ones. */
export type RowRange = Pick<ColumnBatch, 'rowCount' | 'columns'>;

/** Memory that rows take in vector layout: their values, and one byte per cell for value or NULL. */
export function rangeBytes(range: RowRange): number {
  return range.columns.reduce((sum, vector) => sum + vector.bytes.length + vector.defined.length, 0);
}

/** `rangeBytes` of each row alone. */
export function rowSizes(columns: readonly ParquetColumn[], range: RowRange): Float64Array {
  const sizes = new Float64Array(range.rowCount).fill(columns.length);
  columns.forEach((column, c) => {
    const { bytes, defined } = range.columns[c]!;
    const width = vectorWidth(column.parquet);
    const words = wordsOf(bytes);
    for (let row = 0, at = 0; row < range.rowCount; row++) {
      if (defined[row] === 0) continue;
      const size = width === 0 ? 4 + byteArrayLength(words, at) : width;
      sizes[row]! += size;
      at += size;
    }
  });
  return sizes;
}

/** Cuts a range before row `at`; both halves share its memory. */
export function cutRange(columns: readonly ParquetColumn[], range: RowRange, at: number): readonly [RowRange, RowRange] {
  const halves = columns.map((column, c) => cutVector(vectorWidth(column.parquet), range.columns[c]!, at));
  return [
    { rowCount: at, columns: halves.map(([head]) => head) },
    { rowCount: range.rowCount - at, columns: halves.map(([, tail]) => tail) },
  ];
}

function cutVector(width: number, vector: ColumnVector, row: number): readonly [ColumnVector, ColumnVector] {
  const { bytes, defined, valueCount } = vector;
  let count = 0;
  for (let i = 0; i < row; i++) count += defined[i]!;
  let border = count * width;
  if (width === 0) for (let i = 0, words = wordsOf(bytes); i < count; i++) border += 4 + byteArrayLength(words, border);
  return [
    { bytes: bytes.subarray(0, border), valueCount: count, defined: defined.subarray(0, row) },
    { bytes: bytes.subarray(border), valueCount: valueCount - count, defined: defined.subarray(row) },
  ];
}

/** Where joined vectors lie until the next are joined. */
export interface JoinMemory {
  readonly bytes: ReusedMemory;
  readonly defined: ReusedMemory;
}

/** One vector of the rows of several, one after the other, in `memory`; a single one is handed back as it is. */
export function joinVectors(vectors: readonly ColumnVector[], memory: JoinMemory): ColumnVector {
  if (vectors.length === 1) return vectors[0]!;
  return {
    bytes: joinBytes(vectors.map((vector) => vector.bytes), memory.bytes),
    valueCount: vectors.reduce((sum, vector) => sum + vector.valueCount, 0),
    defined: joinBytes(vectors.map((vector) => vector.defined), memory.defined),
  };
}

function joinBytes(pieces: readonly Uint8Array[], memory: ReusedMemory): Uint8Array {
  const joined = memory.take(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
