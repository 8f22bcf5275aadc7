import type { Connection } from 'mysql2';
import mysql from 'mysql2';
import type { ChunkLender } from '@tidemark/domain';
import { ExtractorError } from '../errors.ts';
import type { TakenRows } from './row-packets.ts';

/** A packet as mysql2 hands it to a command: one object, used again for every packet. The buffer is used again where the connection lends its chunks. */
export interface DriverPacket {
  readonly buffer: Buffer;
  /** Where the payload begins. */
  readonly offset: number;
  /** Where it ends. */
  readonly end: number;
}

/** A column of a result. */
export interface DriverField {
  readonly schema: string;
  readonly orgTable: string;
  readonly table: string;
  readonly name: string;
  /** Empty when the column is an expression. */
  readonly orgName: string;
  readonly columnType: number;
  readonly characterSet: number;
  /** mysql2's name of the character set's encoding; undefined when it does not know the set. */
  readonly encoding: string | undefined;
  readonly columnLength: number;
  readonly flags: number;
  readonly decimals: number;
}

/** What a command returns for the next packet: the method that takes it, null when the command is done. */
export type NextStep = ((packet: DriverPacket) => NextStep) | null;

/** The undocumented part of mysql2's Query. */
export interface DriverQuery {
  row(packet: DriverPacket): NextStep;
  on(event: 'fields', listener: (fields: readonly DriverField[] | undefined) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'end', listener: () => void): this;
}

export type DriverQueryClass = new (options: { readonly sql: string }) => DriverQuery;

/** The undocumented part of mysql2's Connection. */
interface ConnectionParts {
  addCommand(command: DriverQuery): void;
  readonly stream: { destroy(): void } & Partial<ChunkLender>;
  /** The number that the next packet must have. */
  sequenceId: number;
}

let queryClass: DriverQueryClass | undefined;

/**
 * The class of mysql2's queries. It is not exported; its instances are.
 * @throws ExtractorError `EXTRACTOR_DRIVER_CHANGED`
 */
export function driverQueryClass(): DriverQueryClass {
  if (queryClass !== undefined) return queryClass;
  const { createQuery } = mysql as unknown as { createQuery?: (sql: string, values: undefined, callback: undefined, config: object) => { constructor: DriverQueryClass } };
  if (typeof createQuery !== 'function') throw changed('createQuery is no function');
  const found = createQuery('', undefined, undefined, {}).constructor;
  if (typeof found !== 'function') throw changed('createQuery makes no instance of a class');
  for (const method of ['start', 'resultsetHeader', 'readField', 'fieldsEOF', 'row', 'execute', 'on']) {
    if (typeof (found.prototype as Record<string, unknown>)[method] !== 'function') throw changed(`Query.${method} is no method`);
  }
  queryClass = found;
  return found;
}

/**
 * Queues a command. `Connection.query` would take a subclass of Query for a bag of options.
 * @throws ExtractorError `EXTRACTOR_DRIVER_CHANGED`
 */
export function sendCommand(connection: Connection, command: DriverQuery): void {
  const parts = connection as unknown as Partial<ConnectionParts>;
  if (typeof parts.addCommand !== 'function') throw changed('Connection.addCommand is no method');
  parts.addCommand(command);
}

/**
 * Closes the socket at once, both ways. `Connection.destroy` only says goodbye: a paused socket then stays open, and the server
 * blocks in its next write until net_write_timeout.
 */
export function cutConnection(connection: Connection): void {
  connection.on('error', () => undefined);
  connection.destroy();
  (connection as unknown as Partial<ConnectionParts>).stream?.destroy();
}

/**
 * Lets a connection that can lend its chunks do so, and has row packets taken from them: for short rows the driver's way to a command costs as
 * much as decoding them. Whatever is no row still goes to the driver, which learns of the others by their number alone.
 *
 * @param take is given a chunk and the number that its first packet must have; must not throw
 * @throws ExtractorError `EXTRACTOR_DRIVER_CHANGED`
 */
export function borrowRows(connection: Connection, take: (chunk: Buffer, sequenceId: number) => TakenRows): void {
  const parts = connection as unknown as ConnectionParts;
  if (typeof parts.sequenceId !== 'number') throw changed('Connection.sequenceId is no number');
  parts.stream.lendChunks?.((chunk) => {
    const { byteLength, sequenceId } = take(chunk, parts.sequenceId);
    parts.sequenceId = sequenceId;
    return byteLength;
  });
}

/** The connection's chunks are the driver's again. */
export function returnRows(connection: Connection): void {
  (connection as unknown as ConnectionParts).stream.lendChunks?.(null);
}

function changed(what: string): ExtractorError {
  return new ExtractorError('EXTRACTOR_DRIVER_CHANGED', { message: `mysql2 is not as this library knows it: ${what}.` });
}
