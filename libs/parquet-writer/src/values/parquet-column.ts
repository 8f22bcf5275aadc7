import type { ParquetType, StagedColumn } from '@tidemark/domain';

/** What of a staged column the file depends on. */
export type ParquetColumn = Pick<StagedColumn, 'name' | 'parquet'>;

/** Bytes of one value in a column vector; 0 for a length-prefixed BYTE_ARRAY. */
export function vectorWidth(type: ParquetType): number {
  switch (type.physical) {
    case 'BOOLEAN':
      return 1;
    case 'INT32':
    case 'FLOAT':
      return 4;
    case 'INT64':
    case 'DOUBLE':
      return 8;
    case 'FIXED_LEN_BYTE_ARRAY':
      return type.typeLength;
    case 'BYTE_ARRAY':
      return 0;
  }
}

/** Length of the BYTE_ARRAY whose 4-byte little-endian prefix stands at `at`. */
export function byteArrayLength(words: DataView, at: number): number {
  return words.getInt32(at, true);
}
