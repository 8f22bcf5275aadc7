import type { ColumnVector, ExtractionQuery, PolicyCount, QuarantinedRow, Secret } from '@tidemark/domain';
import { chooseDecoder } from '../columns/choose-decoder.ts';
import { ColumnBuffer } from '../columns/column-buffer.ts';
import { ValueProblem } from '../columns/value-problem.ts';
import { forgetWire } from '../columns/wire-words.ts';
import { RowOrder } from '../order/row-order.ts';
import { cellBounds } from './cell-bounds.ts';
import { DecodedBatch } from './decoded-batch.ts';
import type { RowBlock } from './row-block.ts';
import { SetAside } from './set-aside.ts';
import type { BatchLimits, SourceBatch } from '../ports.ts';
import { brokenPacket, longLength, longLengthBytes, NULL_CELL } from './row-packet.ts';

/** Where a row or a batch becomes too large. */
export interface RowLimits extends BatchLimits {
  /** Most bytes that the vectors may take for one row. */
  readonly maxRowBytes: number;
}

const NONE: readonly QuarantinedRow[] = [];

/** Rows that a first batch has room for before it grows. */
const FIRST_ROWS = 1024;
/** Room for rows comes in steps, so that batches of nearly the same size can use each other's memory. */
const ROW_STEP = 256;

/** Bytes that a disguise may put in place of a shorter cell: a length and a hash, or a mask and a domain. */
const DISGUISE_BYTES = 4 + 4 + 253;
/** U+FFFD takes three bytes and may stand for one. */
const REPLACED_GROWTH = 3;

/**
 * Turns row packets of the text protocol into column batches. No I/O: it is given packets and hands out batches.
 *
 * Rows that came together are decoded column by column. Where a batch may end among them, or one of them cannot be taken, they go one by one:
 * what a row comes to never depends on which way it took.
 */
export class RowDecoder {
  readonly #columns: readonly ColumnBuffer[];
  /** Staged columns and hidden cursor columns. */
  readonly #cellCount: number;
  readonly #order: RowOrder;
  readonly #limits: RowLimits;
  readonly #maxRows: number;
  readonly #deliver: (batch: SourceBatch) => void;
  /** Start and end of every cell in the packet, start -1 for NULL. */
  readonly #bounds: Int32Array;
  /** Null when no row may be set aside. */
  readonly #aside: SetAside | null;
  /** A row of `n` bytes on the wire takes at most `n * growth + most` in the vectors. */
  readonly #mostRowBytes: number;
  readonly #growth: number;
  #capacity = 0;
  #expectedRows = FIRST_ROWS;
  #rowCount = 0;
  #byteLength = 0;
  #totalRows = 0;

  /**
   * @param deliver is given each batch when it is complete, during `row` or `finish`
   * @param hashKey the key of hashed columns
   */
  constructor(query: ExtractionQuery, limits: RowLimits, deliver: (batch: SourceBatch) => void, hashKey: Secret | null = null) {
    if (!(limits.maxBatchRows >= 1) || !(limits.maxBatchBytes >= 1)) throw new RangeError('maxBatchRows and maxBatchBytes are at least 1');
    this.#columns = query.columns.map((staged) => {
      const { cell, run } = chooseDecoder(staged, hashKey);
      return new ColumnBuffer(staged, cell, run);
    });
    this.#mostRowBytes = this.#columns.reduce((sum, { width, staged }) => sum + (staged.disguise === undefined ? width || 4 : DISGUISE_BYTES), 0);
    this.#growth = query.columns.some(({ policies }) => policies.invalidUtf8 === 'replace') ? REPLACED_GROWTH : 1;
    this.#cellCount = cellCountOf(query);
    this.#order = new RowOrder(query);
    this.#limits = limits;
    this.#maxRows = query.maxRows ?? Number.POSITIVE_INFINITY;
    this.#deliver = deliver;
    this.#bounds = new Int32Array(2 * this.#cellCount);
    this.#aside = limits.quarantine === undefined ? null : new SetAside(query, limits.quarantine);
  }

  /** Rows taken so far. */
  get totalRows(): number {
    return this.#totalRows;
  }

  /**
   * Takes the row packet `wire[start, end)`, whose memory must not be written to before `letGo`.
   * After it has thrown, the decoder is spent, unless `setAside` takes the row.
   * @throws ValueProblem
   */
  row(wire: Buffer, start: number, end: number): void {
    if (this.#totalRows >= this.#maxRows) throw new ValueProblem('SOURCE_ROW_COUNT', null, `more rows than the ${this.#maxRows} of the query`);
    const row = this.#rowCount;
    this.#reserve(row + 1);
    const columns = this.#columns;
    const bounds = this.#bounds;
    for (const column of columns) column.mark();
    let at = start;
    let appended = 0;
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index]!;
      if (at >= end) throw brokenPacket(`${end - start} bytes hold ${index} of ${this.#cellCount} cells`);
      let length = wire[at++]!;
      if (length >= NULL_CELL) {
        if (length === NULL_CELL) {
          column.defined[row] = 0;
          bounds[index << 1] = -1;
          continue;
        }
        const lengthBytes = longLengthBytes(length);
        if (at + lengthBytes > end) throw brokenPacket(`${end - start} bytes end in the length of cell ${index}`);
        length = longLength(wire, at, lengthBytes);
        at += lengthBytes;
      }
      const cellEnd = at + length;
      if (cellEnd > end) throw brokenPacket(`cell ${index} says that it goes on for ${length} bytes, ${end - at} are left`);
      bounds[index << 1] = at;
      bounds[(index << 1) + 1] = cellEnd;
      const bytes = column.decode(column, wire, at, cellEnd);
      if (bytes < 0) {
        column.defined[row] = 0;
      } else {
        column.defined[row] = 1;
        appended += bytes;
      }
      at = cellEnd;
    }
    if (columns.length < this.#cellCount) at = this.#hiddenCells(wire, start, at, end);
    if (at !== end) throw brokenPacket(`${end - at} bytes follow the last of ${this.#cellCount} cells`);
    if (appended > this.#limits.maxRowBytes) throw new ValueProblem('DATA_ROW_OVERSIZE', null, `${appended} bytes, at most ${this.#limits.maxRowBytes} fit in a row`);
    this.#order.accept(wire, bounds);
    this.#rowCount = row + 1;
    this.#totalRows++;
    this.#byteLength += appended;
    if (this.#rowCount >= this.#limits.maxBatchRows || this.#byteLength >= this.#limits.maxBatchBytes) this.#cut();
  }

  /**
   * Takes as many rows of a walked block as can be taken together, from row `from` on; 0 when that one has to go through `row`.
   * They lie within one batch and need no decision. What `row` promises of their memory holds here.
   * @throws ValueProblem when they have been taken and their batch cannot be ended
   */
  rows(block: RowBlock, from: number): number {
    const { maxBatchRows, maxBatchBytes, maxRowBytes } = this.#limits;
    let count = Math.min(block.soundCount - from, maxBatchRows - this.#rowCount, this.#maxRows - this.#totalRows);
    for (; count > 0; count >>= 1) {
      const most = count * this.#mostRowBytes + (block.ends[from + count - 1]! - block.starts[from]!) * this.#growth;
      if (most <= maxRowBytes && this.#byteLength + most < maxBatchBytes && this.#takeTogether(block, from, count)) return count;
    }
    return 0;
  }

  /** False, and nothing has changed, when one of the rows cannot be taken. */
  #takeTogether(block: RowBlock, from: number, count: number): boolean {
    const columns = this.#columns;
    const row = this.#rowCount;
    const first = from * block.stride;
    this.#reserve(row + count);
    for (const column of columns) column.mark();
    try {
      for (let index = 0; index < columns.length; index++) {
        const column = columns[index]!;
        column.decodeRun(column, block, first + (index << 1), count, row);
      }
      this.#order.acceptRun(block, first, count, columns);
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      for (const column of columns) column.takeBack();
      return false;
    }
    for (const column of columns) this.#byteLength += column.size - column.markedSize;
    this.#rowCount = row + count;
    this.#totalRows += count;
    if (this.#rowCount >= this.#limits.maxBatchRows) this.#cut();
    return true;
  }

  /**
   * Sets the row aside with which `row` has just thrown, and forgets what had been read of it; false when it has to fail.
   * @throws ValueProblem when the row is not in its order, or its packet is broken
   */
  setAside(problem: ValueProblem, wire: Buffer, start: number, end: number): boolean {
    const aside = this.#aside;
    if (aside === null || !aside.takes(problem)) return false;
    for (const column of this.#columns) column.takeBack();
    cellBounds(wire, start, end, this.#cellCount, this.#bounds);
    if (!aside.add(problem, wire, this.#bounds)) return false;
    this.#order.accept(wire, this.#bounds);
    this.#totalRows++;
    if (aside.rowCount >= this.#limits.maxBatchRows) this.#cut();
    return true;
  }

  /** True when rows are set aside and no more may be. */
  get isAsideFull(): boolean {
    return this.#aside?.isFull ?? false;
  }

  /** Keeps nothing of the memory that rows came in. */
  letGo(): void {
    forgetWire();
    this.#order.ownTexts();
  }

  /** Hands out the rows that are left. Call it at the server's final EOF and never else. */
  finish(): void {
    forgetWire();
    if (this.#rowCount > 0 || (this.#aside?.rowCount ?? 0) > 0) this.#cut();
    for (const column of this.#columns) column.close();
  }

  /** Cells that are only there for the cursor: their bounds are noted. */
  #hiddenCells(wire: Buffer, start: number, from: number, end: number): number {
    let at = from;
    for (let index = this.#columns.length; index < this.#cellCount; index++) {
      if (at >= end) throw brokenPacket(`${end - start} bytes hold ${index} of ${this.#cellCount} cells`);
      let length = wire[at++]!;
      if (length === NULL_CELL) {
        this.#bounds[index << 1] = -1;
        continue;
      }
      if (length > NULL_CELL) {
        const lengthBytes = longLengthBytes(length);
        if (at + lengthBytes > end) throw brokenPacket(`${end - start} bytes end in the length of cell ${index}`);
        length = longLength(wire, at, lengthBytes);
        at += lengthBytes;
      }
      if (at + length > end) throw brokenPacket(`cell ${index} says that it goes on for ${length} bytes, ${end - at} are left`);
      this.#bounds[index << 1] = at;
      this.#bounds[(index << 1) + 1] = at + length;
      at += length;
    }
    return at;
  }

  #reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    this.#capacity = Math.min(this.#limits.maxBatchRows, Math.max(rows, this.#capacity === 0 ? this.#expectedRows : 2 * this.#capacity));
    for (const column of this.#columns) column.reserveRows(this.#capacity);
  }

  #cut(): void {
    this.#order.checkEnd();
    const rowCount = this.#rowCount;
    const lastCursor = this.#order.lastCursor();
    const batch = new DecodedBatch({ rowCount, byteLength: this.#byteLength, columns: this.#columns.map((column) => column.take(rowCount)), lastCursor }, this.#takeBack);
    // The next batch is likely to have about as many rows, and then the memory of this one fits.
    this.#expectedRows = (rowCount + (rowCount >> 3) + ROW_STEP) & -ROW_STEP;
    this.#rowCount = 0;
    this.#byteLength = 0;
    this.#capacity = 0;
    const policies = this.#takePolicies();
    this.#deliver({ batch, policies: this.#aside === null ? policies : [...policies, ...this.#aside.takePolicies()], quarantined: this.#aside?.take() ?? NONE });
  }

  readonly #takeBack = (vectors: readonly ColumnVector[]): void => {
    for (const [index, column] of this.#columns.entries()) column.giveBack(vectors[index]!);
  };

  #takePolicies(): readonly PolicyCount[] {
    const counts: PolicyCount[] = [];
    for (const { source, policyCounts } of this.#columns) {
      for (const [policy, { action, count }] of policyCounts) counts.push({ column: source, policy, action, count });
      policyCounts.clear();
    }
    return counts;
  }
}

/** Cells of a row: the staged columns and those that were selected for the cursor alone. */
export function cellCountOf(query: Pick<ExtractionQuery, 'columns' | 'cursor'>): number {
  return query.cursor.reduce((most, { index }) => Math.max(most, index + 1), query.columns.length);
}
