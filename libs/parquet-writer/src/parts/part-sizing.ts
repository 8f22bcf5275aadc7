const MIB = 1 << 20;

/** Rows of one row group are held in memory at once, so this bounds the writer's memory. */
const MAX_ROW_GROUP_BYTES = 32 * MIB;
const MIN_ROW_GROUP_BYTES = MIB >> 4;
const MAX_HELD_BYTES = 16 * MIB;

/** How large row groups and parts become for one target size. */
export interface PartSizing {
  /** Bytes of values and NULL marks in memory, before encoding. */
  readonly rowGroupBytes: number;
  /** Encoded bytes that are held back behind a full part; no part but the only one of a batch is smaller. */
  readonly heldBytes: number;
  /** Whether a part is as near to the target as it gets, when another row group like the last would lead further away. */
  isFull(partBytes: number, lastRowGroupBytes: number): boolean;
}

/** @param targetFileBytes size that a part shall have, in bytes of the file */
export function partSizing(targetFileBytes: number): PartSizing {
  return {
    rowGroupBytes: Math.max(MIN_ROW_GROUP_BYTES, Math.min(MAX_ROW_GROUP_BYTES, Math.floor(targetFileBytes / 2))),
    heldBytes: Math.min(MAX_HELD_BYTES, Math.ceil(targetFileBytes / 4)),
    isFull: (partBytes, lastRowGroupBytes) => partBytes + lastRowGroupBytes / 2 >= targetFileBytes,
  };
}
