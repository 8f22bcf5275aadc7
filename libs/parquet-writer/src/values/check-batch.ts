import type { ColumnBatch, ColumnVector } from '@tidemark/domain';
import { ParquetError } from '../errors.ts';
import { byteArrayLength, vectorWidth, type ParquetColumn } from './parquet-column.ts';
import { wordsOf } from './word-views.ts';

/**
 * Checks that a batch's vectors agree with their columns and with themselves, in one cheap pass, so that everything
 * behind it can trust counts and lengths.
 *
 * @throws ParquetError `PARQUET_BATCH_INVALID`
 */
export function checkBatch(columns: readonly ParquetColumn[], batch: Pick<ColumnBatch, 'rowCount' | 'columns'>): void {
  if (batch.columns.length !== columns.length) {
    throw new ParquetError('PARQUET_BATCH_INVALID', { message: `A batch has ${batch.columns.length} columns where the file has ${columns.length}.` });
  }
  columns.forEach((column, i) => {
    const found = contradiction(column, batch.columns[i]!, batch.rowCount);
    if (found !== null) throw new ParquetError('PARQUET_BATCH_INVALID', { message: `Column ${column.name} of a batch ${found}.`, details: { column: column.name } });
  });
}

function contradiction(column: ParquetColumn, vector: ColumnVector, rowCount: number): string | null {
  const { bytes, defined, valueCount } = vector;
  if (defined.length !== rowCount) return `marks ${defined.length} rows of ${rowCount} as value or NULL`;
  const { marks, count } = countMarks(defined);
  if (marks > 1) return 'has a mark that is neither 0 nor 1';
  if (count !== valueCount) return `says ${valueCount} values and marks ${count}`;
  const width = vectorWidth(column.parquet);
  if (width === 0) return endOfByteArrays(bytes, valueCount) === bytes.length ? null : `does not hold ${valueCount} length-prefixed values in ${bytes.length} bytes`;
  if (bytes.length !== valueCount * width) return `has ${bytes.length} bytes for ${valueCount} values of ${width}`;
  return column.parquet.physical === 'BOOLEAN' && bytes.some((value) => value > 1) ? 'has a boolean that is neither 0 nor 1' : null;
}

/** How many marks are set, four at a time; `marks` is above 1 when one of them is more than a bit. */
function countMarks(defined: Uint8Array): { readonly marks: number; readonly count: number } {
  const words = wordsOf(defined);
  const wordsEnd = defined.length & ~3;
  let seen = 0;
  let count = 0;
  for (let at = 0; at < wordsEnd; at += 4) {
    const four = words.getInt32(at, true);
    seen |= four;
    // The product's highest byte is the sum of the four bytes, as long as they are bits.
    count += Math.imul(four, 0x01010101) >>> 24;
  }
  let marks = (seen & ~0x01010101) === 0 ? 0 : 2;
  for (let at = wordsEnd; at < defined.length; at++) {
    marks |= defined[at]!;
    count += defined[at]!;
  }
  return { marks, count };
}

/** Offset behind `count` length-prefixed values, or −1 when a length leads out of the bytes. */
function endOfByteArrays(bytes: Uint8Array, count: number): number {
  const words = wordsOf(bytes);
  const lastPrefix = bytes.length - 4;
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at > lastPrefix) return -1;
    const length = byteArrayLength(words, at);
    if (length < 0 || length > lastPrefix - at) return -1;
    at += 4 + length;
  }
  return at;
}
