import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';

/** Where a MySQL or MariaDB server listens and as whom to speak to it. */
export interface MysqlEndpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database?: string;
}

/** One row of text: every value as the server writes it, `null` for NULL. */
export type TextRow = Record<string, string | null>;

/** A session whose values are the server's own text (binary columns as latin1, one character per byte). */
export interface MysqlSession extends AsyncDisposable {
  /** The mysql2 connection, for what `rows` and `run` do not do. */
  readonly connection: Connection;
  /** Sends one statement; values are bound by mysql2. */
  rows(sql: string, values?: readonly unknown[]): Promise<TextRow[]>;
  /** Sends one statement that gives no rows and answers with the number of rows it changed. */
  run(sql: string, values?: readonly unknown[]): Promise<number>;
  close(): Promise<void>;
}

/** Opens a session; values come as text, so that no number, time or JSON is converted on the way. */
export async function openMysqlSession(endpoint: MysqlEndpoint, extra: ConnectionOptions = {}): Promise<MysqlSession> {
  const connection = await createConnection({
    host: endpoint.host,
    port: endpoint.port,
    user: endpoint.username,
    password: endpoint.password,
    ...(endpoint.database === undefined ? {} : { database: endpoint.database }),
    charset: 'utf8mb4_general_ci',
    // Character columns arrive as UTF-8; binary columns, BIT and GEOMETRY are decoded as latin1. JSON of MySQL says it is binary.
    typeCast: (field) => (field.type === 'JSON' ? field.string('utf8') : isBytes(field.type) ? field.string('latin1') : field.string()),
    ...extra,
  });
  const close = async (): Promise<void> => connection.end().catch(() => connection.destroy());
  return {
    connection,
    rows: async (sql, values) => {
      const [rows] = await connection.query(sql, values as unknown[]);
      return rows as TextRow[];
    },
    run: async (sql, values) => {
      const [result] = await connection.query(sql, values as unknown[]);
      return (result as { affectedRows?: number }).affectedRows ?? 0;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function isBytes(type: string): boolean {
  return type === 'BIT' || type === 'GEOMETRY';
}
