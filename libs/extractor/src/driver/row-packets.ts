import { EOF_MARK } from './packet-query.ts';

/** A packet's length in three bytes, then its number. https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html */
const HEADER_BYTES = 4;

/** What was taken, and the number that the next packet must have. */
export interface TakenRows {
  readonly byteLength: number;
  readonly sequenceId: number;
}

/**
 * Takes the row packets from the beginning of a chunk of whole packets, up to the first that is anything else: the end of the result, an error,
 * or a part of a packet of more than 16 MB, whose number is not the one that is due.
 */
export function takeRowPackets(chunk: Buffer, sequenceId: number, onRow: (wire: Buffer, start: number, end: number) => void): TakenRows {
  let due = sequenceId;
  let at = 0;
  while (at + HEADER_BYTES < chunk.length) {
    const start = at + HEADER_BYTES;
    const end = start + (chunk[at]! | (chunk[at + 1]! << 8) | (chunk[at + 2]! << 16));
    if (chunk[at + 3] !== due || end === start || end > chunk.length || chunk[start]! >= EOF_MARK) break;
    onRow(chunk, start, end);
    due = (due + 1) & 255;
    at = end;
  }
  return { byteLength: at, sequenceId: due };
}
