import { cutRange, rangeBytes, rowSizes, type RowRange } from '../values/row-range.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';

/** How large a row group may become. */
export interface RowGroupLimits {
  /** Memory, unless it is a single row. */
  readonly bytes: number;
  readonly rows: number;
}

/**
 * Gathers small batches into row groups and cuts large ones, so that no row group is beyond the limits.
 * Batches are kept, not copied.
 */
export class RowGroupRoller {
  readonly #columns: readonly ParquetColumn[];
  readonly #limits: RowGroupLimits;
  #ranges: RowRange[] = [];
  #bytes = 0;
  #rows = 0;

  constructor(columns: readonly ParquetColumn[], limits: RowGroupLimits) {
    this.#columns = columns;
    this.#limits = limits;
  }

  /** Takes rows in and gives out every row group that they fill. */
  *add(range: RowRange): Generator<readonly RowRange[]> {
    const bytes = rangeBytes(range);
    // A border between batches costs nothing, one inside a batch costs a pass over it.
    if (!this.#fits(range.rowCount, bytes) && (this.#bytes * 2 >= this.#limits.bytes || this.#rows === this.#limits.rows)) yield this.take();
    if (this.#fits(range.rowCount, bytes)) this.#keep(range, bytes);
    else yield* this.#cut(range);
  }

  /** The rows that are left, and an empty roller. */
  take(): readonly RowRange[] {
    const ranges = this.#ranges;
    this.#ranges = [];
    this.#bytes = 0;
    this.#rows = 0;
    return ranges;
  }

  #fits(rows: number, bytes: number): boolean {
    return this.#bytes + bytes <= this.#limits.bytes && this.#rows + rows <= this.#limits.rows;
  }

  *#cut(range: RowRange): Generator<readonly RowRange[]> {
    const sizes = rowSizes(this.#columns, range);
    let rest = range;
    let row = 0;
    while (rest.rowCount > 0) {
      const from = row;
      let bytes = 0;
      while (row < sizes.length && (this.#fits(row - from + 1, bytes + sizes[row]!) || (row === from && this.#rows === 0))) bytes += sizes[row++]!;
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
    this.#rows += range.rowCount;
  }
}
