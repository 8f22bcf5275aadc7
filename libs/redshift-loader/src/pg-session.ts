import type { RedshiftSession } from './ports.ts';

/** The part of a connected `pg` Client that a session needs. */
export interface PgClient {
  readonly processID?: number | null;
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * A session over one connected `pg` Client (not a Pool), which belongs to it from then on.
 * Statements without values go by the simple protocol: COPY and DDL take no parameters.
 */
export function sessionFromPgClient(client: PgClient): RedshiftSession {
  let ended: Promise<void> | undefined;
  // A connection that breaks between two statements has nobody else to tell; the next query is rejected.
  client.on('error', () => undefined);
  return {
    backendPid: client.processID ?? 0,
    query: async (text, values) => {
      const { rows, rowCount } = values === undefined ? await client.query(text) : await client.query(text, [...values]);
      return { rows, rowCount };
    },
    close: async () => {
      ended ??= client.end();
      await ended;
    },
  };
}
