/** Rows in a library's own form, ready to be written. Nothing is written yet. */
export interface LoadedRows {
  /** Writes them to a new Snappy file and closes it. This is what is measured. */
  writeTo(path: string): Promise<void>;
}

/** Loads the rows of a Parquet file into a library's own form. */
export type LoadRows = (sample: string) => Promise<LoadedRows>;
