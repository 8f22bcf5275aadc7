import type { ExtractionQuery } from '@tidemark/domain';
import { cutConnection } from '../driver/driver-parts.ts';
import { translateError } from '../driver/translate-error.ts';
import { ExtractorError } from '../errors.ts';
import type { BatchLimits, MysqlConnection, SourceBatch } from '../ports.ts';
import { queryText } from '../source/text-query.ts';
import { ReadStream, type StreamSettings } from './read-stream.ts';
import { streamBatches } from './stream-batches.ts';

/** Reading within it sees the rows that were committed when it began. Both parts are needed: the isolation level alone takes the snapshot with the first row. */
const BEGIN = 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY';

/**
 * One connection with one consistent snapshot, which every reading sees. One reading at a time.
 * Once a reading failed or was left early, or the connection was lost, the snapshot is gone and every further one fails.
 */
export class SnapshotSession {
  readonly #connection: MysqlConnection;
  readonly #settings: Omit<StreamSettings, 'limits'> & { readonly maxRowBytes: number };
  #failure: Error | null = null;

  private constructor(connection: MysqlConnection, settings: Omit<StreamSettings, 'limits'> & { readonly maxRowBytes: number }) {
    this.#connection = connection;
    this.#settings = settings;
    // Between readings nobody else listens: a connection that is lost then is told by the next reading.
    connection.on('error', (error: unknown) => this.#fail(translateError(error, 'holding a snapshot')));
    connection.on('end', () => this.#fail(new ExtractorError('SOURCE_CONNECTION_LOST', { message: 'The connection that holds a snapshot was closed.' })));
  }

  /** @param connection whose session is set; it is closed by the session from now on */
  static async begin(connection: MysqlConnection, settings: Omit<StreamSettings, 'limits'> & { readonly maxRowBytes: number }): Promise<SnapshotSession> {
    await queryText(connection, BEGIN, 'beginning a snapshot', settings.progressTimeoutMs);
    return new SnapshotSession(connection, settings);
  }

  /** Reads a range to its end, as {@link TableReader.read} does. */
  async *read(query: ExtractionQuery, limits: BatchLimits, signal: AbortSignal): AsyncGenerator<SourceBatch, void, undefined> {
    if (this.#failure !== null) throw this.#failure;
    const { maxRowBytes, ...settings } = this.#settings;
    const stream = new ReadStream(this.#connection, query, { ...settings, limits: { ...limits, maxRowBytes }, keepsConnection: true });
    let isComplete = false;
    try {
      yield* streamBatches(stream, signal);
      isComplete = true;
    } finally {
      if (!isComplete) this.#fail(new ExtractorError('SOURCE_CANCELLED', { message: 'A reading of the snapshot was given up, and the snapshot with it.' }));
    }
  }

  /** Ends the snapshot and closes the connection. May be repeated. */
  async close(): Promise<void> {
    if (this.#failure === null) {
      this.#failure = new ExtractorError('SOURCE_CANCELLED', { message: 'The snapshot has ended.' });
      await new Promise<void>((resolve) => {
        this.#connection.on('error', () => resolve());
        this.#connection.end(() => resolve());
      });
    }
    cutConnection(this.#connection);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }
}
