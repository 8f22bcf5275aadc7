import { ExtractorError } from '../errors.ts';
import type { MysqlConnection } from '../ports.ts';
import { queryText } from './text-query.ts';

export interface SessionOptions {
  /** Isolation of a reading; one statement sees one state of the table under both. */
  readonly isolation?: 'REPEATABLE READ' | 'READ COMMITTED';
}

/** No mode that changes what a SELECT means: no ANSI_QUOTES, no PAD_CHAR_TO_FULL_LENGTH, and no NO_ZERO_DATE, which refuses zero dates in comparisons. */
const SQL_MODE = 'NO_ENGINE_SUBSTITUTION';

/** Seconds that the server waits for a paused reader, instead of 60. */
const NET_WRITE_TIMEOUT = 3_600;

/** Limits of a statement's time, by server; they count the time in which the reader is slow, too. What is waited for is progress. */
const TIME_LIMITS: Readonly<Record<string, string>> = { max_statement_time: '0.000000', max_execution_time: '0' };

const DEFAULT_ISOLATION = 'REPEATABLE READ';

/**
 * The statements that a connection is given before it reads: results in utf8mb4, times in UTC, one SQL dialect, patience with a
 * paused reader, no writing. They need no privilege.
 */
export function sessionStatements({ isolation = DEFAULT_ISOLATION }: SessionOptions = {}): readonly string[] {
  return [
    'SET NAMES utf8mb4',
    `SET SESSION time_zone = '+00:00', SESSION sql_mode = '${SQL_MODE}', SESSION net_write_timeout = ${NET_WRITE_TIMEOUT}`,
    `SET SESSION TRANSACTION ISOLATION LEVEL ${isolation}`,
    'SET SESSION TRANSACTION READ ONLY',
  ];
}

/** Variables to read back; a server has one name of each pair, or both. */
const EXPECTED: readonly { readonly names: readonly string[]; readonly value: (options: SessionOptions) => string }[] = [
  { names: ['character_set_client'], value: () => 'utf8mb4' },
  { names: ['character_set_connection'], value: () => 'utf8mb4' },
  { names: ['character_set_results'], value: () => 'utf8mb4' },
  { names: ['time_zone'], value: () => '+00:00' },
  { names: ['sql_mode'], value: () => SQL_MODE },
  { names: ['net_write_timeout'], value: () => String(NET_WRITE_TIMEOUT) },
  { names: ['transaction_isolation', 'tx_isolation'], value: ({ isolation = DEFAULT_ISOLATION }) => isolation.replace(' ', '-') },
  { names: ['transaction_read_only', 'tx_read_only'], value: () => 'ON' },
];

/**
 * Sends the session statements, reads the settings back and gives the server's CONNECTION_ID().
 * @param timeoutMs longest wait for each answer
 * @throws ExtractorError `SOURCE_SESSION` with every setting that was not taken
 */
export async function prepareSession(connection: MysqlConnection, timeoutMs: number, options: SessionOptions = {}): Promise<string> {
  for (const statement of sessionStatements(options)) await queryText(connection, statement, 'setting up the session', timeoutMs);
  const names = [...EXPECTED.flatMap((expected) => expected.names), ...Object.keys(TIME_LIMITS)];
  const rows = await queryText(connection, `SHOW SESSION VARIABLES WHERE Variable_name IN (${names.map((name) => `'${name}'`).join(', ')})`, 'checking the session', timeoutMs);
  const found = new Map(rows.map((row) => [row.Variable_name, row.Value]));
  const wrong = EXPECTED.flatMap(({ names: variables, value }) => {
    const present = variables.filter((name) => found.has(name));
    const isRight = present.length > 0 && present.every((name) => found.get(name) === value(options));
    return isRight ? [] : [{ setting: variables[0]!, expected: value(options), found: found.get(present[0] ?? '') ?? null }];
  });
  if (wrong.length > 0) {
    throw new ExtractorError('SOURCE_SESSION', {
      message: `The session has other settings than were asked for: ${wrong.map(({ setting, expected, found: value }) => `${setting} is ${value ?? 'unknown'} instead of ${expected}`).join('; ')}.`,
      details: { settings: wrong },
    });
  }
  for (const [name, off] of Object.entries(TIME_LIMITS)) {
    if (found.has(name) && found.get(name) !== off) await queryText(connection, `SET SESSION ${name} = 0`, 'setting up the session', timeoutMs);
  }
  const [row] = await queryText(connection, 'SELECT CONNECTION_ID() AS id', 'checking the session', timeoutMs);
  if (!/^\d+$/.test(row?.id ?? '')) throw new ExtractorError('SOURCE_SESSION', { message: 'The server does not tell its CONNECTION_ID().' });
  return row!.id!;
}
