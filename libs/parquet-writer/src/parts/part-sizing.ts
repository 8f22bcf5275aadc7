const MIB = 1 << 20;

/** Rows of one row group are held in memory at once. Four times as much took a sixth more CPU time: it leaves the processor's cache. */
const MAX_ROW_GROUP_BYTES = 8 * MIB;
const MIN_ROW_GROUP_BYTES = MIB >> 4;
const MAX_HELD_BYTES = 16 * MIB;

/** How large row groups and parts become for one target size. */
export interface PartSizing {
  /** Bytes of values and NULL marks in memory, before encoding. */
  readonly rowGroupBytes: number;
  readonly rowGroupRows: number;
  /** Encoded bytes that are held back behind a full part; no part but the only one of a batch is smaller. */
  readonly heldBytes: number;
  /** Rows that are left for the next part where a part ends for its rows; 0 without a limit. */
  readonly leastRows: number;
  /** A part never has more rows. */
  readonly maxRows: number;
  /** Whether a part is as near to the target as it gets, when another row group like the last would lead further away. */
  isFull(partBytes: number, lastRowGroupBytes: number): boolean;
}

/**
 * @param targetFileBytes size that a part shall have, in bytes of the file
 * @param maxRows most rows of a part, Infinity without a limit
 */
export function partSizing(targetFileBytes: number, maxRows: number): PartSizing {
  // Row groups of a quarter let the last two parts of a batch share what is left.
  const quarter = maxRows === Number.POSITIVE_INFINITY ? 0 : Math.floor(maxRows / 4);
  return {
    rowGroupBytes: Math.max(MIN_ROW_GROUP_BYTES, Math.min(MAX_ROW_GROUP_BYTES, Math.floor(targetFileBytes / 2))),
    rowGroupRows: maxRows === Number.POSITIVE_INFINITY ? maxRows : Math.max(1, quarter),
    heldBytes: Math.min(MAX_HELD_BYTES, Math.ceil(targetFileBytes / 4)),
    leastRows: quarter,
    maxRows,
    isFull: (partBytes, lastRowGroupBytes) => partBytes + lastRowGroupBytes / 2 >= targetFileBytes,
  };
}
