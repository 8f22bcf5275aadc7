/** What the plain way calls a column in its Parquet schema. */
export type PlainType =
  | 'BOOLEAN' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'UTF8' | 'BYTE_ARRAY' | 'DATE' | 'TIMESTAMP_MICROS'
  | { readonly precision: number; readonly scale: number };

export interface BenchColumn {
  readonly name: string;
  /** Type and attributes in CREATE TABLE. */
  readonly type: string;
  /** SQL over `seq`, the row's number from 1. */
  readonly value: string;
  readonly plain: PlainType;
}

export type TableName = 'narrow' | 'wide';

export interface BenchTable {
  readonly name: TableName;
  readonly columns: readonly BenchColumn[];
  /** About what a row takes in InnoDB, to size the buffer pool. */
  readonly rowBytes: number;
}
