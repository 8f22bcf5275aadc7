import { driverQueryClass, type DriverField, type DriverPacket, type DriverQuery, type NextStep } from './driver-parts.ts';

/** First byte of an EOF packet, and of a row whose first cell has 16 MB or more. Only an error's is greater. */
export const EOF_MARK = 0xfe;
const EOF_BYTES = 5;
/** Shorter than this, 0xfe begins no length of eight bytes and a cell, but an EOF packet. */
const LEAST_LONG_ROW = 9;
/** Bit of an EOF packet's status: another result follows. */
const MORE_RESULTS = 8;

/** What becomes of a query's packets. Nothing is called after `onFailure` or `onEnd`. */
export interface PacketHandler {
  /** Once, before the first row. May throw. */
  onFields(fields: readonly DriverField[]): void;
  /** A row's payload is `wire[start, end)`; where the connection lends its chunks, until the microtasks of this turn have run. May throw. */
  onRow(wire: Buffer, start: number, end: number): void;
  /** The server's final EOF has come: the result is complete. */
  onEnd(): void;
  /** Anything else: an error of the server, of a handler, or bytes that are no result. */
  onFailure(error: unknown): void;
}

/** Bytes that are no result set. */
export class UnexpectedPacket extends Error {
  override readonly name = 'UnexpectedPacket';
}

/**
 * A query that gives its row packets to a handler, undecoded.
 * https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset.html
 */
export function packetQuery(sql: string, handler: PacketHandler): DriverQuery {
  let isSettled = false;
  let isComplete = false;
  const fail = (error: unknown): void => {
    if (isSettled) return;
    isSettled = true;
    handler.onFailure(error);
  };

  class PacketQuery extends driverQueryClass() {
    override row(packet: DriverPacket): NextStep {
      const { buffer, offset, end } = packet;
      if (isSettled) return this.row;
      try {
        if (buffer[offset] === EOF_MARK && end - offset < LEAST_LONG_ROW) {
          if (end - offset !== EOF_BYTES) throw new UnexpectedPacket(`an EOF packet of ${end - offset} bytes`);
          if ((buffer.readUInt16LE(offset + 3) & MORE_RESULTS) !== 0) throw new UnexpectedPacket('a second result');
          isComplete = true;
          return null;
        }
        handler.onRow(buffer, offset, end);
      } catch (error) {
        fail(error);
      }
      return this.row;
    }
  }

  const query = new PacketQuery({ sql });
  query.on('fields', (fields) => {
    if (isSettled) return;
    try {
      if (fields === undefined) throw new UnexpectedPacket('no result set');
      handler.onFields(fields);
    } catch (error) {
      fail(error);
    }
  });
  query.on('error', fail);
  query.on('end', () => {
    if (isSettled) return;
    // mysql2 says `end` after an error, too: only the EOF packet counts.
    if (!isComplete) return fail(new UnexpectedPacket('the end of the command before the end of the result'));
    isSettled = true;
    try {
      handler.onEnd();
    } catch (error) {
      handler.onFailure(error);
    }
  });
  return query;
}
