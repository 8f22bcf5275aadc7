/**
 * One column of a column batch. Values are laid out as Parquet PLAIN, NULLs left out.
 *
 * `bytes` holds the non-null values in row order: 4 or 8 bytes little-endian for INT32, INT64, FLOAT and DOUBLE;
 * `typeLength` bytes big-endian for DECIMAL; one byte (0 or 1) per value for BOOLEAN;
 * a 4-byte little-endian length and the bytes for BYTE_ARRAY.
 */
export interface ColumnVector {
  readonly bytes: Uint8Array;
  /** Number of non-null values in `bytes`. */
  readonly valueCount: number;
  /** One byte per row: 1 for a value, 0 for NULL. */
  readonly defined: Uint8Array;
}

/** Rows decoded together, column by column, in the order of the query's columns. The vectors are plain and transferable; nothing is durable. */
export interface ColumnBatch {
  readonly rowCount: number;
  /** Sum of the vectors' bytes. */
  readonly byteLength: number;
  readonly columns: readonly ColumnVector[];
  /** Server text of the query's cursor columns in the last row, in cursor order. */
  readonly lastCursor: readonly string[];
  /** Kind of change per row, for change logs; absent for plain rows. */
  readonly op?: Uint8Array;
  /**
   * Gives the vectors' memory back to whoever made it, for later rows: fresh memory costs more than filling it. Whoever has the batch may call it when
   * nothing of the vectors is needed any more; without the call the memory is collected as any other.
   */
  release?(): void;
}
