import type { TableName } from '../tables/bench-table.ts';

/** The database that holds the tables. */
export interface SourceAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

/** The bucket that files are uploaded to. */
export interface BucketAddress {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export type WriterName = 'parquet-writer' | 'appendRow' | 'hyparquet-writer' | 'parquet-wasm' | 'duckdb';

/** What is done with the first `rows` rows of a table. */
export type Task =
  /** `mariadb --quick --batch`, output thrown away. */
  | { readonly way: 'cli' }
  /** Reading and decoding into column batches, which are dropped. */
  | { readonly way: 'read' }
  /** The whole extraction into parts, thrown away or uploaded; encoded beside the reading where `inThread` is set. */
  | { readonly way: 'extract'; readonly to: 'nowhere' | 's3'; readonly inThread?: boolean }
  /** mysql2's stream of objects, row by row into @dsnp/parquetjs's `ParquetWriter.appendRow`. */
  | { readonly way: 'plain-node' }
  /** Rows that are already in memory into one Parquet file. */
  | { readonly way: 'write'; readonly writer: WriterName };

/** One measured run, in words that can be sent to another process. */
export interface Job {
  readonly task: Task;
  readonly table: TableName;
  readonly rows: number;
}

/** Where a job finds what it works on. */
export interface Surroundings {
  readonly source: SourceAddress;
  readonly bucket: BucketAddress;
  /** A folder in memory where that is possible. */
  readonly folder: string;
}

/** What one run took, in its own process. */
export interface Measured {
  /** From the first call to the last answer; the start of the process and what was prepared are left out. */
  readonly wallMs: number;
  /** User and system time of the process in that time. */
  readonly cpuSeconds: number;
  /** Most memory that the process ever had; null where the system does not tell. */
  readonly peakRssMb: number | null;
  readonly rows: number;
  /** Bytes of the Parquet files; null where none was written. */
  readonly fileBytes: number | null;
}
