import type { CellGrid } from '../columns/cell-grid.ts';
import { LENGTH_OF_2, LENGTH_OF_3, LENGTH_OF_8, longLength, NULL_CELL } from './row-packet.ts';

const NO_WIRE = Buffer.alloc(0);
const NO_WORDS = new DataView(new ArrayBuffer(0));

/** Entries of the grid: 64 KiB, which stay in the processor's cache from the walk to the last column. */
const MAX_BOUNDS = 16_384;
/** A chunk of the socket's holds about as many short rows. */
const MAX_ROWS = 1024;

/** Row packets that came in one chunk of the socket's, until they are decoded together. Their memory must not be written to meanwhile. */
export class RowBlock implements CellGrid {
  wire: Buffer = NO_WIRE;
  words: DataView = NO_WORDS;
  readonly bounds: Int32Array<ArrayBuffer>;
  readonly stride: number;
  /** Where each packet begins and ends. */
  readonly starts: Int32Array<ArrayBuffer>;
  readonly ends: Int32Array<ArrayBuffer>;
  rowCount = 0;
  /** Rows from the first on whose packets have been walked and hold as many cells as they should. */
  soundCount = 0;

  /** @param cellCount cells of a row */
  constructor(cellCount: number) {
    this.stride = 2 * cellCount;
    const rows = Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_BOUNDS / Math.max(1, this.stride))));
    this.bounds = new Int32Array(rows * this.stride);
    this.starts = new Int32Array(rows);
    this.ends = new Int32Array(rows);
  }

  /** Takes the packet `wire[start, end)`; false when it came in another chunk, or there is no room: the rows must be decoded first. */
  add(wire: Buffer, start: number, end: number): boolean {
    const row = this.rowCount;
    if (row === 0) this.wire = wire;
    else if (wire !== this.wire || row === this.starts.length) return false;
    this.starts[row] = start;
    this.ends[row] = end;
    this.rowCount = row + 1;
    return true;
  }

  /** Walks the packets up to one that is broken. */
  walk(): void {
    const { wire, bounds, stride, starts, ends, rowCount } = this;
    if (this.words.buffer !== wire.buffer || this.words.byteOffset !== wire.byteOffset || this.words.byteLength !== wire.byteLength) this.words = new DataView(wire.buffer, wire.byteOffset, wire.byteLength);
    let row = 0;
    let entry = 0;
    for (; row < rowCount; row++) {
      const end = ends[row]!;
      let at = starts[row]!;
      for (const last = entry + stride; entry < last; entry += 2) {
        if (at >= end) return this.#stopAt(row);
        let length = wire[at++]!;
        if (length >= NULL_CELL) {
          if (length === NULL_CELL) {
            bounds[entry] = -1;
            continue;
          }
          const lengthBytes = length === LENGTH_OF_2 ? 2 : length === LENGTH_OF_3 ? 3 : 8;
          if (length > LENGTH_OF_8 || at + lengthBytes > end) return this.#stopAt(row);
          length = longLength(wire, at, lengthBytes);
          at += lengthBytes;
        }
        bounds[entry] = at;
        at += length;
        if (at > end) return this.#stopAt(row);
        bounds[entry + 1] = at;
      }
      if (at !== end) return this.#stopAt(row);
    }
    this.#stopAt(row);
  }

  /** Forgets the rows and lets go of their memory. */
  clear(): void {
    this.rowCount = 0;
    this.soundCount = 0;
    this.wire = NO_WIRE;
    this.words = NO_WORDS;
  }

  /** Gives its memory up without waiting for the garbage collector: no row comes after this. */
  close(): void {
    for (const { buffer } of [this.bounds, this.starts, this.ends]) buffer.transfer(0);
  }

  #stopAt(row: number): void {
    this.soundCount = row;
  }
}
