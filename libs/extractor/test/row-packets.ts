/** A cell of a row packet: text, bytes, or NULL. */
export type Cell = string | Uint8Array | null;

/** The payload of a text-protocol row. */
export function rowPacket(cells: readonly Cell[]): Buffer {
  return Buffer.concat(cells.map((cell) => {
    if (cell === null) return Buffer.from([251]);
    const bytes = Buffer.from(cell as string);
    return Buffer.concat([lengthBytes(bytes.length), bytes]);
  }));
}

function lengthBytes(length: number): Buffer {
  if (length < 251) return Buffer.from([length]);
  if (length < 65_536) return Buffer.from([252, length & 255, length >> 8]);
  if (length < 16_777_216) return Buffer.from([253, length & 255, (length >> 8) & 255, length >> 16]);
  const long = Buffer.alloc(9);
  long[0] = 254;
  long.writeBigUInt64LE(BigInt(length), 1);
  return long;
}
