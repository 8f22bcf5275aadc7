import { ValueProblem } from '../columns/value-problem.ts';

/** First byte of a NULL cell, and of lengths of two, three and eight bytes. https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html */
export const NULL_CELL = 251;
export const LENGTH_OF_2 = 252;
export const LENGTH_OF_3 = 253;
export const LENGTH_OF_8 = 254;

/** Bytes that follow the first byte of a long length. */
export function longLengthBytes(first: number): number {
  if (first === LENGTH_OF_2) return 2;
  if (first === LENGTH_OF_3) return 3;
  if (first === LENGTH_OF_8) return 8;
  throw brokenPacket('a cell begins with a byte that is no length');
}

/** The length in the `count` bytes at `at`. A packet that large does not fit in memory counts as endless. */
export function longLength(wire: Buffer, at: number, count: number): number {
  if (count === 2) return wire[at]! | (wire[at + 1]! << 8);
  if (count === 3) return wire[at]! | (wire[at + 1]! << 8) | (wire[at + 2]! << 16);
  const high = wire.readUInt32LE(at + 4);
  return high === 0 ? wire.readUInt32LE(at) : Number.POSITIVE_INFINITY;
}

/** A row packet whose lengths do not add up. */
export function brokenPacket(what: string): ValueProblem {
  return new ValueProblem('SOURCE_PROTOCOL', null, what);
}
