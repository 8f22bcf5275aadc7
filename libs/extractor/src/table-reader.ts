import { isTidemarkError, silentLogger, type ExtractionQuery, type Logger, type OpenTransactions, type Secret, type SourceClock, type SourceTable } from '@tidemark/domain';
import { cutConnection } from './driver/driver-parts.ts';
import { translateError } from './driver/translate-error.ts';
import type { BatchLimits, ConnectionSource, MysqlConnection, SourceBatch } from './ports.ts';
import { killWithin, KILL_WAIT_MS } from './reading/kill-within.ts';
import { ReadStream, type StreamSettings } from './reading/read-stream.ts';
import { SnapshotSession } from './reading/snapshot-session.ts';
import { cancelled, streamBatches } from './reading/stream-batches.ts';
import { describeQuery } from './source/describe-query.ts';
import { describeTable } from './source/describe-table.ts';
import { readClock } from './source/read-clock.ts';
import { readOpenTransactions } from './source/open-transactions.ts';
import { prepareSession, type SessionOptions } from './source/session.ts';
import { queryText } from './source/text-query.ts';

export interface TableReaderOptions {
  /** Longest time without a row packet while the reader is not paused, and longest wait for the answer to a small query, in milliseconds. */
  readonly progressTimeoutMs: number;
  /** Most bytes of a row, as staged; by default the 4 MB that Redshift loads. https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html */
  readonly maxRowBytes?: number;
  readonly session?: SessionOptions;
  readonly logger?: Logger;
  /** The HMAC key of hashed columns; a reading that has some throws without it. */
  readonly hashKey?: Secret | null;
}

const MAX_ROW_BYTES = 4 * 1024 * 1024;

/**
 * Reads tables of one MySQL or MariaDB source. Every call opens a connection, sets and checks its session, and closes it;
 * calls may run side by side.
 */
export class TableReader {
  readonly #connections: ConnectionSource;
  readonly #timeoutMs: number;
  readonly #maxRowBytes: number;
  readonly #session: SessionOptions;
  readonly #logger: Logger;
  readonly #hashKey: Secret | null;

  constructor(connections: ConnectionSource, { progressTimeoutMs, maxRowBytes = MAX_ROW_BYTES, session = {}, logger = silentLogger, hashKey = null }: TableReaderOptions) {
    if (!(progressTimeoutMs > 0)) throw new RangeError('progressTimeoutMs is greater than 0');
    this.#connections = connections;
    this.#timeoutMs = progressTimeoutMs;
    this.#maxRowBytes = maxRowBytes;
    this.#session = session;
    this.#logger = logger;
    this.#hashKey = hashKey;
  }

  /**
   * The table's definition.
   * @throws ExtractorError `SOURCE_TABLE_MISSING`, `SOURCE_ACCESS_DENIED`, `SOURCE_CONNECTION_LOST`, `SOURCE_TIMEOUT`
   */
  describe(schema: string, table: string): Promise<SourceTable> {
    return this.#use((connection) => describeTable(connection, schema, table, this.#timeoutMs));
  }

  /**
   * The columns of a query's result.
   * @throws ExtractorError `SOURCE_QUERY_RESULT`, or what the server says against the query
   */
  describeQuery(schema: string, table: string, sql: string): Promise<SourceTable> {
    return this.#use((connection) => describeQuery(connection, schema, table, sql, this.#timeoutMs));
  }

  /** The server's clock and role. */
  clock(): Promise<SourceClock> {
    return this.#use((connection) => readClock(connection, this.#timeoutMs));
  }

  /** Runs a probe that selects at most one row; true when it gave one. */
  hasRows(sql: string): Promise<boolean> {
    return this.#use(async (connection) => (await queryText(connection, sql, 'probing a table', this.#timeoutMs)).length > 0);
  }

  /**
   * Reads a range to its end, as column batches. Each batch is the receiver's alone until it releases it; at most two wait, then the server is paused.
   *
   * The iteration ends only at the server's final EOF. When it throws, or is left early, or `signal` aborts, the query has been killed on the
   * server and the connection closed; what was read of the range counts for nothing. The same range may be read again.
   *
   * @throws ExtractorError `SOURCE_CONNECTION_LOST`, `SOURCE_QUERY_KILLED`, `SOURCE_TIMEOUT`, `SOURCE_PROTOCOL`, `SOURCE_SCHEMA_CHANGED`,
   *   `SOURCE_ORDER_VIOLATION`, `SOURCE_ROW_COUNT`, and `DATA_…` for a value that neither the staged type nor a policy takes;
   *   after an abort the signal's reason where that is an error of Tidemark, else `SOURCE_CANCELLED`
   */
  async *read(query: ExtractionQuery, limits: BatchLimits, signal: AbortSignal): AsyncGenerator<SourceBatch, void, undefined> {
    if (signal.aborted) throw cancelled(signal);
    const opening = this.#open();
    const { connection, connectionId } = await unlessAborted(opening, signal);
    if (signal.aborted) {
      cutConnection(connection);
      throw cancelled(signal);
    }
    yield* streamBatches(this.#start(connection, connectionId, query, limits), signal);
  }

  /**
   * Begins a consistent snapshot and keeps its connection until it is closed: whatever is read within it is of one moment.
   * @throws as {@link read} does before its first row
   */
  async snapshot(): Promise<SnapshotSession> {
    const { connection, connectionId } = await this.#open({ ...this.#session, isolation: 'REPEATABLE READ' });
    try {
      return await SnapshotSession.begin(connection, { ...this.#streamSettings(connectionId), maxRowBytes: this.#maxRowBytes });
    } catch (error) {
      cutConnection(connection);
      throw error;
    }
  }

  /**
   * The transactions that are open now.
   * @throws ExtractorError `SOURCE_ACCESS_DENIED` without the PROCESS privilege
   */
  openTransactions(): Promise<OpenTransactions> {
    return this.#use((connection, connectionId) => readOpenTransactions(connection, connectionId, this.#timeoutMs));
  }

  /** The rows of the server's EXPLAIN of a query, every value as text; MySQL 9 gives a tree unless it is asked for rows. */
  explain(sql: string): Promise<readonly Readonly<Record<string, string | null>>[]> {
    return this.#use((connection) => queryText(connection, `EXPLAIN FORMAT=TRADITIONAL ${sql}`, 'explaining a query', this.#timeoutMs));
  }

  #start(connection: MysqlConnection, connectionId: string, query: ExtractionQuery, limits: BatchLimits): ReadStream {
    try {
      return new ReadStream(connection, query, { ...this.#streamSettings(connectionId), limits: { ...limits, maxRowBytes: this.#maxRowBytes } });
    } catch (error) {
      cutConnection(connection);
      throw error;
    }
  }

  #streamSettings(connectionId: string): Omit<StreamSettings, 'limits'> {
    return { progressTimeoutMs: this.#timeoutMs, kill: () => this.#connections.killQuery(connectionId), logger: this.#logger, hashKey: this.#hashKey };
  }

  async #open(session = this.#session): Promise<{ readonly connection: MysqlConnection; readonly connectionId: string }> {
    const connection = await this.#connect();
    try {
      return { connection, connectionId: await prepareSession(connection, this.#timeoutMs, session) };
    } catch (error) {
      cutConnection(connection);
      throw error;
    }
  }

  async #connect(): Promise<MysqlConnection> {
    try {
      return await this.#connections.openConnection();
    } catch (error) {
      throw translateError(error, 'opening a connection');
    }
  }

  async #use<T>(work: (connection: MysqlConnection, connectionId: string) => Promise<T>): Promise<T> {
    const { connection, connectionId } = await this.#open();
    try {
      const result = await work(connection, connectionId);
      await this.#done(connection);
      return result;
    } catch (error) {
      if (isTidemarkError(error) && error.code === 'SOURCE_TIMEOUT') await killWithin(KILL_WAIT_MS, () => this.#connections.killQuery(connectionId), this.#logger);
      cutConnection(connection);
      throw error;
    }
  }

  /** Nothing is under way on the connection any more. */
  async #done(connection: MysqlConnection): Promise<void> {
    if (this.#connections.giveBack !== undefined) {
      this.#connections.giveBack(connection);
      return;
    }
    await new Promise<void>((resolve) => {
      connection.end(() => resolve());
    });
    cutConnection(connection);
  }
}

/** Waits for a connection; after an abort it is closed as soon as it is there. */
async function unlessAborted<T extends { readonly connection: MysqlConnection }>(opening: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(cancelled(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([opening, aborted]);
  } catch (error) {
    opening.then(({ connection }) => cutConnection(connection), () => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort!);
  }
}
