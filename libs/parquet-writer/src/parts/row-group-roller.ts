import { cutRange, rangeBytes, rowSizes, type RowRange } from '../values/row-range.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';

/**
 * Gathers small batches into row groups and cuts large ones, so that no row group takes more than `limitBytes` of
 * memory unless it is a single row. Batches are kept, not copied.
 */
export class RowGroupRoller {
  readonly #columns: readonly ParquetColumn[];
  readonly #limitBytes: number;
  #ranges: RowRange[] = [];
  #bytes = 0;

  constructor(columns: readonly ParquetColumn[], limitBytes: number) {
    this.#columns = columns;
    this.#limitBytes = limitBytes;
  }

  /** Takes rows in and gives out every row group that they fill. */
  *add(range: RowRange): Generator<readonly RowRange[]> {
    const bytes = rangeBytes(range);
    // A border between batches costs nothing, one inside a batch costs a pass over it.
    if (this.#bytes + bytes > this.#limitBytes && this.#bytes * 2 >= this.#limitBytes) yield this.take();
    if (this.#bytes + bytes <= this.#limitBytes) this.#keep(range, bytes);
    else yield* this.#cut(range);
  }

  /** The rows that are left, and an empty roller. */
  take(): readonly RowRange[] {
    const ranges = this.#ranges;
    this.#ranges = [];
    this.#bytes = 0;
    return ranges;
  }

  *#cut(range: RowRange): Generator<readonly RowRange[]> {
    const sizes = rowSizes(this.#columns, range);
    let rest = range;
    let row = 0;
    while (rest.rowCount > 0) {
      const from = row;
      let bytes = 0;
      while (row < sizes.length && (this.#bytes + bytes + sizes[row]! <= this.#limitBytes || (row === from && this.#bytes === 0))) bytes += sizes[row++]!;
      const [head, tail] = cutRange(this.#columns, rest, row - from);
      if (head.rowCount > 0) this.#keep(head, bytes);
      if (tail.rowCount > 0) yield this.take();
      rest = tail;
    }
  }

  #keep(range: RowRange, bytes: number): void {
    if (range.rowCount === 0) return;
    this.#ranges.push(range);
    this.#bytes += bytes;
  }
}
