import { makeCrcTables } from './crc-tables.ts';

/** CRC-32C (Castagnoli), reflected. */
export const CRC32C_POLYNOMIAL = 0x82f63b78n;

const [T0, T1, T2, T3, T4, T5, T6, T7] = makeCrcTables(CRC32C_POLYNOMIAL).low as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

/** Continues a CRC-32C; start with 0. */
export function crc32c(data: Uint8Array, value = 0): number {
  let crc = ~value;
  let at = 0;
  const wide = data.length - (data.length % 8);
  while (at < wide) {
    crc ^= data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    crc =
      T7[crc & 255]! ^ T6[(crc >>> 8) & 255]! ^ T5[(crc >>> 16) & 255]! ^ T4[crc >>> 24]! ^
      T3[data[at + 4]!]! ^ T2[data[at + 5]!]! ^ T1[data[at + 6]!]! ^ T0[data[at + 7]!]!;
    at += 8;
  }
  for (; at < data.length; at += 1) crc = T0[(crc ^ data[at]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
