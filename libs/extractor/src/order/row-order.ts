import { isUtf8 } from 'node:buffer';
import type { CursorColumn, CursorOrder, ExtractionQuery } from '@tidemark/domain';
import type { CellGrid } from '../columns/cell-grid.ts';
import type { ColumnBuffer } from '../columns/column-buffer.ts';
import { ValueProblem } from '../columns/value-problem.ts';
import { compareByteText } from './compare-byte-text.ts';
import { compareNumberText } from './compare-number-text.ts';
import { compareTimeText } from './compare-time-text.ts';
import { isIncreasing } from './decoded-order.ts';

type Compare = (a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number) => number;

const COMPARE: Readonly<Record<Exclude<CursorOrder, 'server'>, Compare>> = { number: compareNumberText, time: compareTimeText, binary: compareByteText };

const NOTHING = Buffer.alloc(0);

/** Most cursors are numbers and times. */
const LIKELY_BYTES = 32;

/** One cursor column and its text in the row before, which stays in the packet it came in until `own`. */
class CursorCell {
  readonly column: CursorColumn;
  /** Null where only the server knows the order. */
  readonly compare: Compare | null;
  wire: Buffer = NOTHING;
  start = 0;
  end = 0;
  #memory = Buffer.allocUnsafeSlow(LIKELY_BYTES);

  constructor(column: CursorColumn) {
    this.column = column;
    this.compare = column.order === 'server' ? null : COMPARE[column.order];
  }

  /** Moves the text into memory of its own. */
  own(): void {
    if (this.wire === this.#memory || this.wire === NOTHING) return;
    const length = this.end - this.start;
    if (this.#memory.length < length) this.#memory = Buffer.allocUnsafeSlow(2 * length);
    this.wire.copy(this.#memory, 0, this.start, this.end);
    this.wire = this.#memory;
    this.start = 0;
    this.end = length;
  }

  /** The exact text: a range will begin after it. */
  text(): string {
    const bytes = this.wire.subarray(this.start, this.end);
    if (!isUtf8(bytes)) throw new ValueProblem('DATA_INVALID_UTF8', this.column.name, `a cursor of ${bytes.length} bytes that are not UTF-8`);
    return bytes.toString('utf8');
  }
}

/**
 * Invariant I8: every row's cursor lies after its predecessor's and after the range's beginning (at either where the query has ties), and its first column below the range's end,
 * wherever the order can be told outside the server. Equal bytes are equal in any order.
 */
export class RowOrder {
  readonly #cells: readonly CursorCell[];
  readonly #below: Buffer | null;
  readonly #hasTies: boolean;
  #hasPredecessor = false;

  constructor(query: Pick<ExtractionQuery, 'cursor' | 'after' | 'below' | 'hasTies'>) {
    this.#hasTies = query.hasTies ?? false;
    this.#cells = query.cursor.map((column) => new CursorCell(column));
    this.#below = query.below === null ? null : Buffer.from(query.below, 'utf8');
    if (query.after !== null) {
      if (query.after.length !== query.cursor.length) throw new TypeError(`the range begins after ${query.after.length} values of ${query.cursor.length} cursor columns`);
      for (const [index, text] of query.after.entries()) this.#keep(this.#cells[index]!, Buffer.from(text, 'utf8'), 0, Buffer.byteLength(text));
      this.#hasPredecessor = true;
    }
  }

  /**
   * Takes the next row. `bounds` holds start and end of every cell of the packet from `first` on, start -1 for NULL.
   * @throws ValueProblem `SOURCE_ORDER_VIOLATION`, `DATA_NULL_CURSOR`, `SOURCE_PROTOCOL`
   */
  accept(wire: Buffer, bounds: Int32Array, first = 0): void {
    const cells = this.#cells;
    if (cells.length === 0) return;
    let isAfter = !this.#hasPredecessor;
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index]!;
      const at = first + (cell.column.index << 1);
      const start = bounds[at]!;
      const end = bounds[at + 1]!;
      if (start < 0) throw new ValueProblem('DATA_NULL_CURSOR', cell.column.name, 'NULL in a cursor column');
      if (!isAfter) isAfter = this.#isAfter(cell, wire, start, end);
    }
    if (!isAfter && !this.#hasTies) throw new ValueProblem('SOURCE_ORDER_VIOLATION', cells[0]!.column.name, 'the same cursor as the row before it, or the beginning of the range');
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index]!;
      const at = first + (cell.column.index << 1);
      this.#keep(cell, wire, bounds[at]!, bounds[at + 1]!);
    }
    this.#hasPredecessor = true;
  }

  /**
   * Takes `count` rows that have just been decoded into `columns`, the first of which has its bounds at `first`. The first goes by its text; where the
   * decoded cursors of the others increase, the texts need not be looked at.
   * @throws ValueProblem as `accept` does, and then nothing has changed
   */
  acceptRun({ wire, bounds, stride }: CellGrid, first: number, count: number, columns: readonly ColumnBuffer[]): void {
    const cells = this.#cells;
    if (cells.length === 0) return;
    const before = cells.map(({ wire: kept, start, end }) => ({ kept, start, end }));
    const hadPredecessor = this.#hasPredecessor;
    try {
      this.accept(wire, bounds, first);
      if (count === 1) return;
      const last = first + (count - 1) * stride;
      if (isIncreasing(cells, columns, count)) {
        for (const cell of cells) this.#keep(cell, wire, bounds[last + (cell.column.index << 1)]!, bounds[last + (cell.column.index << 1) + 1]!);
      } else {
        for (let at = first + stride; at <= last; at += stride) this.accept(wire, bounds, at);
      }
    } catch (error) {
      for (const [index, { kept, start, end }] of before.entries()) this.#keep(cells[index]!, kept, start, end);
      this.#hasPredecessor = hadPredecessor;
      throw error;
    }
  }

  /** True when the order is settled by this column: after, or not to be told here. False when it is equal. */
  #isAfter(cell: CursorCell, wire: Buffer, start: number, end: number): boolean {
    if (cell.compare === null) return compareByteText(wire, start, end, cell.wire, cell.start, cell.end) !== 0;
    const order = cell.compare(wire, start, end, cell.wire, cell.start, cell.end);
    if (order > 0) return true;
    if (order === 0) return false;
    if (Number.isNaN(order)) throw new ValueProblem('SOURCE_PROTOCOL', cell.column.name, `a cursor of ${end - start} bytes that cannot be ordered as a ${cell.column.order}`);
    throw new ValueProblem('SOURCE_ORDER_VIOLATION', cell.column.name, 'a cursor that lies before that of the row before it, or before the beginning of the range');
  }

  /** Checks the last row against the end of the range: rows before it lie below it. */
  checkEnd(): void {
    const first = this.#cells[0];
    if (this.#below === null || first === undefined || first.compare === null || !this.#hasPredecessor) return;
    const order = first.compare(first.wire, first.start, first.end, this.#below, 0, this.#below.length);
    if (!(order < 0)) throw new ValueProblem('SOURCE_ORDER_VIOLATION', first.column.name, 'a cursor at or beyond the end of the range');
  }

  /** Keeps nothing of the packet that the last row came in. */
  ownTexts(): void {
    for (const cell of this.#cells) cell.own();
  }

  /** Server texts of the last row's cursor. */
  lastCursor(): readonly string[] {
    return this.#cells.map((cell) => cell.text());
  }

  #keep(cell: CursorCell, wire: Buffer, start: number, end: number): void {
    cell.wire = wire;
    cell.start = start;
    cell.end = end;
  }
}
