import type { CellGrid } from './cell-grid.ts';
import { NULL_APPENDED, type ColumnBuffer } from './column-buffer.ts';

/** The cells of a column of a rare kind, one by one through its decoder. */
export function decodeEach(column: ColumnBuffer, { wire, bounds, stride }: CellGrid, at: number, count: number, row: number): void {
  for (const end = row + count; row < end; row++, at += stride) {
    const start = bounds[at]!;
    if (start < 0) {
      column.defined[row] = 0;
      continue;
    }
    column.defined[row] = column.decode(column, wire, start, bounds[at + 1]!) === NULL_APPENDED ? 0 : 1;
  }
}
