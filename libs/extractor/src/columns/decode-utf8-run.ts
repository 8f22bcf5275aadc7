import { isUtf8 } from 'node:buffer';
import type { CellGrid } from './cell-grid.ts';
import type { ColumnBuffer } from './column-buffer.ts';
import { COPY_SLACK, copyWords } from './copy-words.ts';
import { decodeEach } from './decode-each.ts';

/** Above this length a native copy is cheaper. */
const SHORT = 256;

/** Stands for a length until the texts are checked: four characters that are ASCII and not NUL. */
const PLACEHOLDER = 0x01010101;

/**
 * Text cells of neighbouring rows: copied, then checked all at once by native code, and given their lengths only then. Between two texts stands
 * ASCII meanwhile, and no character spans that: all of them are UTF-8 if and only if the whole is, and a NUL can only be one of a text.
 */
export function decodeUtf8Run(column: ColumnBuffer, grid: CellGrid, at: number, count: number, row: number): void {
  const { wire, words, bounds, stride } = grid;
  const { defined, maxBytes } = column;
  const wordsEnd = words.byteLength - COPY_SLACK;
  const lastRow = row + count;
  let { words: target, size } = column;
  let capacity = target.byteLength - COPY_SLACK;
  let valueCount = 0;
  for (let cell = at, r = row; r < lastRow; r++, cell += stride) {
    const start = bounds[cell]!;
    if (start < 0) {
      defined[r] = 0;
      continue;
    }
    const end = bounds[cell + 1]!;
    const length = end - start;
    if (length > maxBytes) return decodeAgain(column, grid, at, count, row);
    const stop = size + 4 + length;
    if (stop > capacity) {
      column.size = size;
      column.reserveBytes(stop + COPY_SLACK);
      target = column.words;
      capacity = target.byteLength - COPY_SLACK;
    }
    target.setInt32(size, PLACEHOLDER, true);
    if (length <= SHORT && end <= wordsEnd) copyWords(words, start, target, size + 4, length);
    else wire.copy(column.bytes, size + 4, start, end);
    defined[r] = 1;
    valueCount += 1;
    size = stop;
  }
  const from = column.markedSize;
  const texts = Buffer.from(target.buffer, from, size - from);
  if (!isUtf8(texts) || texts.includes(0)) return decodeAgain(column, grid, at, count, row);
  for (let cell = at, to = from; to < size; cell += stride) {
    const start = bounds[cell]!;
    if (start < 0) continue;
    const length = bounds[cell + 1]! - start;
    target.setInt32(to, length, true);
    to += 4 + length;
  }
  column.size = size;
  column.valueCount += valueCount;
}

/** Some text is too long, not UTF-8 or holds a NUL: cell by cell, so that the policies find it. */
function decodeAgain(column: ColumnBuffer, grid: CellGrid, at: number, count: number, row: number): void {
  column.takeBack();
  decodeEach(column, grid, at, count, row);
}
