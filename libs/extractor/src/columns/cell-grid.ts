/** Where the cells of neighbouring rows lie: rows of one chunk of the socket, whose packets have been walked. */
export interface CellGrid {
  readonly wire: Buffer;
  /** `wire`, four bytes at once. */
  readonly words: DataView;
  /** Start and end of every cell, row after row; start -1 for NULL. They lie inside their packets. */
  readonly bounds: Int32Array;
  /** Entries of `bounds` from a row to the next. */
  readonly stride: number;
}
