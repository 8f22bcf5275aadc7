import { isTidemarkError } from '@tidemark/domain';
import { ExtractorError, type ExtractorErrorCode } from '../errors.ts';
import { UnexpectedPacket } from './packet-query.ts';

/** Errors of the server by number. https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html, https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const BY_NUMBER: Readonly<Record<number, ExtractorErrorCode>> = {
  1044: 'SOURCE_ACCESS_DENIED', 1045: 'SOURCE_ACCESS_DENIED', 1142: 'SOURCE_ACCESS_DENIED', 1143: 'SOURCE_ACCESS_DENIED', 1227: 'SOURCE_ACCESS_DENIED', 1345: 'SOURCE_ACCESS_DENIED', 1370: 'SOURCE_ACCESS_DENIED',
  1049: 'SOURCE_TABLE_MISSING', 1146: 'SOURCE_TABLE_MISSING',
  1054: 'SOURCE_SCHEMA_CHANGED', 1412: 'SOURCE_SCHEMA_CHANGED',
  1317: 'SOURCE_QUERY_KILLED', 1969: 'SOURCE_QUERY_KILLED', 3024: 'SOURCE_QUERY_KILLED',
  1053: 'SOURCE_CONNECTION_LOST', 1077: 'SOURCE_CONNECTION_LOST', 1079: 'SOURCE_CONNECTION_LOST', 1152: 'SOURCE_CONNECTION_LOST', 1158: 'SOURCE_CONNECTION_LOST', 1159: 'SOURCE_CONNECTION_LOST', 1160: 'SOURCE_CONNECTION_LOST',
  1161: 'SOURCE_CONNECTION_LOST', 1184: 'SOURCE_CONNECTION_LOST', 1927: 'SOURCE_CONNECTION_LOST', 3169: 'SOURCE_CONNECTION_LOST', 4031: 'SOURCE_CONNECTION_LOST',
};

/** Codes of node and mysql2 for a connection that is gone. */
const LOST = new Set(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ENETRESET', 'ENETUNREACH', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENOTCONN', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_WRITE_AFTER_END']);

const MAX_SERVER_MESSAGE = 500;

interface DriverError {
  readonly errno?: unknown;
  readonly code?: unknown;
  readonly sqlState?: unknown;
  readonly sqlMessage?: unknown;
}

/**
 * Makes an error of this library from what a driver, a socket or a server gave; errors of other Tidemark libraries pass as they are.
 * @param doing what was under way, as the end of a sentence: `reading sales.orders`
 */
export function translateError(error: unknown, doing: string): Error {
  if (isTidemarkError(error)) return error;
  if (error instanceof UnexpectedPacket) return new ExtractorError('SOURCE_PROTOCOL', { message: `The server sent ${error.message} while ${doing}.`, details: { found: error.message }, cause: error });
  const { errno, code, sqlState, sqlMessage } = (error ?? {}) as DriverError;
  if (typeof errno === 'number' && typeof sqlMessage === 'string') {
    // The query's text may hold values: it does not travel with the error.
    delete (error as { sql?: unknown }).sql;
    const text = sqlMessage.slice(0, MAX_SERVER_MESSAGE);
    return new ExtractorError(BY_NUMBER[errno] ?? 'SOURCE_QUERY_FAILED', { message: `The server ended ${doing} with error ${errno} (${String(sqlState)}): ${text}.`, details: { errno, sqlState, serverMessage: text }, cause: error });
  }
  const name = typeof code === 'string' ? code : undefined;
  if (name !== undefined && (LOST.has(name) || name.startsWith('ERR_SSL') || name.startsWith('ERR_TLS'))) {
    return new ExtractorError('SOURCE_CONNECTION_LOST', { message: `The connection ended while ${doing}: ${name}.`, details: { reason: name }, cause: error });
  }
  const found = error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
  return new ExtractorError('SOURCE_PROTOCOL', { message: `The server's bytes could not be read while ${doing}: ${found}.`, details: { found, reason: name ?? null }, cause: error });
}
