import { brokenPacket, longLength, longLengthBytes, NULL_CELL } from './row-packet.ts';

/**
 * Walks a whole row packet and notes start and end of every cell, start -1 for NULL. Nothing is decoded.
 * @throws ValueProblem `SOURCE_PROTOCOL`
 */
export function cellBounds(wire: Buffer, start: number, end: number, cellCount: number, bounds: Int32Array): void {
  let at = start;
  for (let index = 0; index < cellCount; index++) {
    if (at >= end) throw brokenPacket(`${end - start} bytes hold ${index} of ${cellCount} cells`);
    let length = wire[at++]!;
    if (length === NULL_CELL) {
      bounds[index << 1] = -1;
      continue;
    }
    if (length > NULL_CELL) {
      const lengthBytes = longLengthBytes(length);
      if (at + lengthBytes > end) throw brokenPacket(`${end - start} bytes end in the length of cell ${index}`);
      length = longLength(wire, at, lengthBytes);
      at += lengthBytes;
    }
    if (at + length > end) throw brokenPacket(`cell ${index} says that it goes on for ${length} bytes, ${end - at} are left`);
    bounds[index << 1] = at;
    bounds[(index << 1) + 1] = at + length;
    at += length;
  }
  if (at !== end) throw brokenPacket(`${end - at} bytes follow the last of ${cellCount} cells`);
}
