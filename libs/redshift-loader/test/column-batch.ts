import type { ColumnBatch, ColumnVector, StagedColumn } from '@tidemark/domain';

/** Integers as bigint, text as string, a timestamp as `YYYY-MM-DD hh:mm:ss[.ffffff]`. */
export type CellValue = bigint | string | null;

const utf8 = new TextEncoder();

function timestampMicros(text: string): bigint {
  const [seconds, fraction = ''] = text.split('.');
  return BigInt(Date.parse(`${seconds!.replace(' ', 'T')}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

function cellBytes(column: StagedColumn, value: bigint | string): Uint8Array {
  const { parquet } = column;
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  if (parquet.physical === 'BYTE_ARRAY') {
    const text = utf8.encode(value as string);
    view.setUint32(0, text.length, true);
    return new Uint8Array([...bytes.subarray(0, 4), ...text]);
  }
  const number = typeof value === 'string' ? timestampMicros(value) : value;
  if (parquet.physical === 'INT64') {
    view.setBigInt64(0, number, true);
    return bytes;
  }
  view.setInt32(0, Number(number), true);
  return bytes.slice(0, 4);
}

function vector(column: StagedColumn, values: readonly CellValue[]): ColumnVector {
  const chunks = values.filter((value) => value !== null).map((value) => cellBytes(column, value));
  return { bytes: Uint8Array.from(Buffer.concat(chunks)), valueCount: chunks.length, defined: Uint8Array.from(values, (value) => (value === null ? 0 : 1)) };
}

/** Rows of cells, in column order, as the writer takes them. */
export function columnBatch(columns: readonly StagedColumn[], rows: readonly (readonly CellValue[])[]): ColumnBatch {
  const vectors = columns.map((column, index) => vector(column, rows.map((row) => row[index] ?? null)));
  return { rowCount: rows.length, byteLength: vectors.reduce((sum, { bytes }) => sum + bytes.length, 0), columns: vectors, lastCursor: [] };
}
