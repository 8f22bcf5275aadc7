import type { ColumnBatch, ColumnVector, ParquetType } from '@tidemark/domain';
import { minimalDecimalLength } from '../src/index.ts';

/**
 * A value as the tests write and expect it: int64, micros and unscaled decimals as bigint, days as number, bytes as
 * Uint8Array.
 */
export type Cell = null | boolean | number | bigint | string | Uint8Array;

export const decimalType = (precision: number, scale: number): ParquetType & { physical: 'FIXED_LEN_BYTE_ARRAY' } => ({
  physical: 'FIXED_LEN_BYTE_ARRAY', logical: 'DECIMAL', typeLength: minimalDecimalLength(precision), precision, scale,
});

/** Lays cells out as a column vector, one value at a time and without the library's help. */
export function vectorOf(type: ParquetType, cells: readonly Cell[]): ColumnVector {
  const values = cells.filter((cell) => cell !== null);
  return { bytes: Buffer.concat(values.map((cell) => plainBytes(type, cell))), valueCount: values.length, defined: Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1)) };
}

export function batchOf(types: readonly ParquetType[], columns: readonly (readonly Cell[])[]): ColumnBatch {
  const vectors = types.map((type, c) => vectorOf(type, columns[c]!));
  return { rowCount: columns[0]!.length, byteLength: vectors.reduce((sum, vector) => sum + vector.bytes.length, 0), columns: vectors, lastCursor: [] };
}

function plainBytes(type: ParquetType, cell: Exclude<Cell, null>): Buffer {
  switch (type.physical) {
    case 'BOOLEAN':
      return Buffer.of(cell === true ? 1 : 0);
    case 'INT32': {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(cell as number);
      return bytes;
    }
    case 'INT64': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(cell as bigint);
      return bytes;
    }
    case 'FLOAT': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(cell as number);
      return bytes;
    }
    case 'DOUBLE': {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(cell as number);
      return bytes;
    }
    case 'FIXED_LEN_BYTE_ARRAY':
      return Buffer.from(BigInt.asUintN(8 * type.typeLength, cell as bigint).toString(16).padStart(2 * type.typeLength, '0'), 'hex');
    case 'BYTE_ARRAY': {
      const value = typeof cell === 'string' ? Buffer.from(cell, 'utf8') : Buffer.from(cell as Uint8Array);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(value.length);
      return Buffer.concat([length, value]);
    }
  }
}
