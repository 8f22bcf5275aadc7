/**
 * Eight lookup tables of a reflected CRC, as signed 32-bit words: the low halves and, for polynomials of 64 bits, the high halves.
 * Table k holds the remainder of a byte followed by k zero bytes ("slicing by 8").
 */
export interface CrcTables {
  low: Int32Array[];
  high: Int32Array[];
}

/** @param polynomial in reflected form */
export function makeCrcTables(polynomial: bigint): CrcTables {
  const first = Array.from({ length: 256 }, (_, byte) => {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    return crc;
  });
  const tables = [first];
  for (let k = 1; k < 8; k += 1) {
    tables.push(tables[k - 1]!.map((crc) => (crc >> 8n) ^ first[Number(crc & 0xffn)]!));
  }
  return {
    low: tables.map((table) => Int32Array.from(table, (crc) => Number(BigInt.asIntN(32, crc)))),
    high: tables.map((table) => Int32Array.from(table, (crc) => Number(BigInt.asIntN(32, crc >> 32n)))),
  };
}
