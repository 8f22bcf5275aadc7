import type { ColumnVector, StagedColumn } from '@tidemark/domain';

/** What a column vector holds, one entry per row; read by DataView and BigInt, without the library's own arithmetic. */
export function vectorValues(vector: ColumnVector, column: StagedColumn): (string | number | boolean | bigint | null)[] {
  const view = new DataView(vector.bytes.buffer, vector.bytes.byteOffset, vector.bytes.byteLength);
  let at = 0;
  let count = 0;
  const values = Array.from(vector.defined, (isDefined) => {
    if (isDefined === 0) return null;
    count += 1;
    const { value, length } = valueAt(view, at, column);
    at += length;
    return value;
  });
  if (at !== vector.bytes.byteLength) throw new Error(`${vector.bytes.byteLength - at} bytes too many`);
  if (count !== vector.valueCount) throw new Error(`${vector.valueCount} values, ${count} defined rows`);
  return values;
}

function valueAt(view: DataView, at: number, { parquet, decode }: StagedColumn): { value: string | number | boolean | bigint; length: number } {
  switch (parquet.physical) {
    case 'BOOLEAN': return { value: view.getUint8(at) === 1, length: 1 };
    case 'INT32': {
      const value = view.getInt32(at, true);
      return { value: decode === 'date' ? new Date(value * 86_400_000).toISOString().slice(0, 10) : value, length: 4 };
    }
    case 'INT64': {
      const value = view.getBigInt64(at, true);
      return { value: decode === 'timestamp' ? timestampText(value) : value, length: 8 };
    }
    case 'FLOAT': return { value: view.getFloat32(at, true), length: 4 };
    case 'DOUBLE': return { value: view.getFloat64(at, true), length: 8 };
    case 'BYTE_ARRAY': {
      const length = view.getUint32(at, true);
      const bytes = Buffer.from(view.buffer as ArrayBuffer, view.byteOffset + at + 4, length);
      return { value: bytes.toString(decode === 'utf8' ? 'utf8' : 'latin1'), length: 4 + length };
    }
    case 'FIXED_LEN_BYTE_ARRAY': {
      let unscaled = 0n;
      for (let index = 0; index < parquet.typeLength; index++) unscaled = unscaled * 256n + BigInt(view.getUint8(at + index));
      return { value: decimalText(BigInt.asIntN(8 * parquet.typeLength, unscaled), parquet.scale), length: parquet.typeLength };
    }
  }
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

/** `YYYY-MM-DD hh:mm:ss.ffffff` */
function timestampText(micros: bigint): string {
  const seconds = (micros - (((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n;
  const fraction = micros - seconds * 1_000_000n;
  const [day, time] = new Date(Number(seconds) * 1000).toISOString().split('T') as [string, string];
  return `${day} ${time.slice(0, 8)}.${String(fraction).padStart(6, '0')}`;
}
