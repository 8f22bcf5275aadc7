import { Client, type ClientConfig } from 'pg';
import type { TextRow } from './mysql-session.ts';

/** Where a PostgreSQL or Redshift server listens and as whom to speak to it. */
export interface PostgresEndpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

/** A session whose values are the server's own text. */
export interface PostgresSession extends AsyncDisposable {
  /** The pg client, for what `rows` does not do. */
  readonly client: Client;
  /** Sends one statement and gives its rows, every value as the server writes it or null. */
  rows(sql: string, values?: readonly unknown[]): Promise<TextRow[]>;
  /** Sends statements, one after the other. */
  run(...statements: string[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens a session; values come as text, so that no number, time or truth value is converted on the way. */
export async function openPostgresSession(endpoint: PostgresEndpoint, extra: ClientConfig = {}): Promise<PostgresSession> {
  const { host, port, username: user, password, database } = endpoint;
  const client = new Client({ host, port, user, password, database, types: { getTypeParser: () => (sent: string | Buffer) => sent.toString() }, ...extra });
  // A connection that is lost between two statements makes the next one fail; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  const close = async (): Promise<void> => {
    await client.end();
  };
  return {
    client,
    rows: async (sql, values) => (await client.query<TextRow>(sql, values as unknown[] | undefined)).rows,
    run: async (...statements) => {
      for (const statement of statements) await client.query(statement);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
