import type { ColumnVector, PolicyName, StagedColumn } from '@tidemark/domain';
import type { CellGrid } from './cell-grid.ts';
import { MemoryPool } from './memory-pool.ts';

/** Reads the cell `wire[start, end)` into a column; gives the number of bytes appended, or `NULL_APPENDED`. The bounds lie inside the packet. */
export type DecodeCell = (column: ColumnBuffer, wire: Buffer, start: number, end: number) => number;

/**
 * Reads one column's cells of `count` rows, the first of which has its bounds at `at` and is row `row` of the vector, and marks them as value or NULL.
 * A loop per kind, beside the kind's `DecodeCell`: the compiler can inline a decoder that is called by its name, not one that is looked up per cell.
 */
export type DecodeRun = (column: ColumnBuffer, grid: CellGrid, at: number, count: number, row: number) => void;

/** What a decoder gives back when a policy made the value NULL. */
export const NULL_APPENDED = -1;

const NO_BYTES = new Uint8Array(0);
const NO_INT32 = new Int32Array(0);
const NO_FLOAT32 = new Float32Array(0);
const NO_FLOAT64 = new Float64Array(0);
const NO_WORDS = new DataView(new ArrayBuffer(0));

/** Least capacity of a column of byte strings. */
const MIN_VARIABLE_BYTES = 4096;

/** Memory that is written before it is read, with a buffer of its own. It may come from the pool and be larger than asked for. */
function allocate(bytes: number, pool: MemoryPool): Uint8Array {
  return pool.take(bytes) ?? new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer, 0, bytes);
}

/**
 * The vector of one column while it is filled. One class for all kinds, so that the row loop sees one shape;
 * what differs is `decode`, which is chosen once.
 */
export class ColumnBuffer {
  readonly staged: StagedColumn;
  readonly source: string;
  readonly decode: DecodeCell;
  readonly decodeRun: DecodeRun;
  /** Bytes per value; 0 for byte strings. */
  readonly width: number;
  /** Longest byte string, Infinity without a limit. */
  readonly maxBytes: number;
  readonly precision: number;
  readonly scale: number;

  bytes: Uint8Array = NO_BYTES;
  int32: Int32Array = NO_INT32;
  float32: Float32Array = NO_FLOAT32;
  float64: Float64Array = NO_FLOAT64;
  /** Of byte strings and decimals: `bytes`, several at once. */
  words: DataView = NO_WORDS;
  defined: Uint8Array = NO_BYTES;
  valueCount = 0;
  /** Bytes used. */
  size = 0;

  /** The text of the last day that was decoded, ten bytes in three pieces, and what it came to. */
  dayYear = 0;
  dayMonth = 0;
  /** No two bytes before the first day: ten NULs are no day. */
  dayOfMonth = 0x10000;
  dayValue = 0;

  /** Memory of earlier batches. */
  readonly #bytesPool = new MemoryPool();
  readonly #definedPool = new MemoryPool();

  /** What the last batch came to. */
  #lastBytes = 0;

  /** Values that a policy changed since the last batch. */
  readonly policyCounts: Map<PolicyName, { action: string; count: number }> = new Map();

  /** Where the rows begin that are being read. */
  markedSize = 0;
  markedCount = 0;
  /** Policies that changed values of those rows. */
  readonly #markedPolicies: PolicyName[] = [];

  constructor(staged: StagedColumn, decode: DecodeCell, decodeRun: DecodeRun) {
    this.staged = staged;
    this.source = staged.source;
    this.decode = decode;
    this.decodeRun = decodeRun;
    this.width = widthOf(staged);
    this.maxBytes = staged.maxBytes ?? Number.POSITIVE_INFINITY;
    this.precision = staged.parquet.physical === 'FIXED_LEN_BYTE_ARRAY' ? staged.parquet.precision : 0;
    this.scale = staged.parquet.physical === 'FIXED_LEN_BYTE_ARRAY' ? staged.parquet.scale : 0;
  }

  /** Makes room for this many rows; what is there is kept. Memory from the pool may have had that room before. */
  reserveRows(rows: number): void {
    if (rows > this.defined.length) {
      const defined = allocate(rows, this.#definedPool);
      defined.set(this.defined);
      this.#definedPool.give(this.defined.buffer);
      this.defined = defined;
    }
    if (rows * this.width > this.bytes.length) this.#moveTo(rows * this.width, rows * this.width);
  }

  /** Makes room for a byte string that ends at `end`. */
  reserveBytes(end: number): void {
    // The next batch is likely as large as this one: less would have to grow.
    if (end > this.bytes.length) this.#moveTo(Math.max(end, this.#lastBytes), Math.max(end, 2 * this.bytes.length, this.#lastBytes + (this.#lastBytes >> 3), MIN_VARIABLE_BYTES));
  }

  /** Remembers what is there, for `takeBack`. */
  mark(): void {
    this.markedSize = this.size;
    this.markedCount = this.valueCount;
    if (this.#markedPolicies.length > 0) this.#markedPolicies.length = 0;
  }

  /** Forgets what came since the mark. */
  takeBack(): void {
    this.size = this.markedSize;
    this.valueCount = this.markedCount;
    for (const policy of this.#markedPolicies) {
      const entry = this.policyCounts.get(policy)!;
      entry.count -= 1;
      if (entry.count === 0) this.policyCounts.delete(policy);
    }
    this.#markedPolicies.length = 0;
  }

  /** Whether a policy changed a value since the mark. */
  get isChanged(): boolean {
    return this.#markedPolicies.length > 0;
  }

  countPolicy(policy: PolicyName, action: string): void {
    this.#markedPolicies.push(policy);
    const entry = this.policyCounts.get(policy);
    if (entry === undefined) this.policyCounts.set(policy, { action, count: 1 });
    else entry.count += 1;
  }

  /** Hands out the first `rowCount` rows, which own their memory from then on, and begins anew without any. */
  take(rowCount: number): ColumnVector {
    const vector: ColumnVector = { bytes: trimmed(this.bytes, this.size, this.#bytesPool), valueCount: this.valueCount, defined: trimmed(this.defined, rowCount, this.#definedPool) };
    this.#lastBytes = this.size;
    this.bytes = NO_BYTES;
    this.words = NO_WORDS;
    this.defined = NO_BYTES;
    this.size = 0;
    this.valueCount = 0;
    return vector;
  }

  /** Takes a vector's memory back for later batches. */
  giveBack({ bytes, defined }: ColumnVector): void {
    this.#bytesPool.give(bytes.buffer);
    this.#definedPool.give(defined.buffer);
  }

  /** No batch comes after this. */
  close(): void {
    this.#bytesPool.close();
    this.#definedPool.close();
  }

  /** @param least what has to fit; memory that came back is taken when that does */
  #moveTo(least: number, wished: number): void {
    const bytes = this.#bytesPool.take(least) ?? allocate(wished, this.#bytesPool);
    const capacity = bytes.length;
    if (this.size > 0) bytes.set(this.bytes.subarray(0, this.size));
    this.#bytesPool.give(this.bytes.buffer);
    this.bytes = bytes;
    if (this.width === 0 || this.staged.parquet.physical === 'FIXED_LEN_BYTE_ARRAY') this.words = new DataView(bytes.buffer, 0, capacity);
    if (this.width === 4 || this.width === 8) this.int32 = new Int32Array(bytes.buffer, 0, capacity >> 2);
    if (this.staged.parquet.physical === 'FLOAT') this.float32 = new Float32Array(bytes.buffer, 0, capacity >> 2);
    if (this.staged.parquet.physical === 'DOUBLE') this.float64 = new Float64Array(bytes.buffer, 0, capacity >> 3);
  }
}

function widthOf({ parquet }: StagedColumn): number {
  switch (parquet.physical) {
    case 'BOOLEAN': return 1;
    case 'INT32': case 'FLOAT': return 4;
    case 'INT64': case 'DOUBLE': return 8;
    case 'BYTE_ARRAY': return 0;
    case 'FIXED_LEN_BYTE_ARRAY': return parquet.typeLength;
  }
}

/**
 * A view of the used part, or a copy where the view would keep much more memory alive, which then goes to the pool. Nothing used has memory of
 * its own too: its receiver may send it to another thread, and `NO_BYTES` is everybody's.
 */
function trimmed(bytes: Uint8Array, used: number, pool: MemoryPool): Uint8Array {
  if (used > 0 && used * 2 >= bytes.length) return bytes.subarray(0, used);
  const copy = bytes.slice(0, used);
  pool.give(bytes.buffer);
  return copy;
}
