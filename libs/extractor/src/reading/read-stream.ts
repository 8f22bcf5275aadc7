import { isTidemarkError, type ExtractionQuery, type Logger, type Secret } from '@tidemark/domain';
import { ValueProblem } from '../columns/value-problem.ts';
import { borrowRows, cutConnection, returnRows, sendCommand, type DriverField } from '../driver/driver-parts.ts';
import { packetQuery, UnexpectedPacket, type PacketHandler } from '../driver/packet-query.ts';
import { takeRowPackets, type TakenRows } from '../driver/row-packets.ts';
import { translateError } from '../driver/translate-error.ts';
import { ExtractorError } from '../errors.ts';
import type { MysqlConnection, SourceBatch } from '../ports.ts';
import { checkResult, tableOf } from './check-result.ts';
import { explainProblem } from './explain-problem.ts';
import { killWithin, KILL_WAIT_MS } from './kill-within.ts';
import { ProgressWatch } from './progress-watch.ts';
import { RowBlock } from './row-block.ts';
import { cellCountOf, RowDecoder, type RowLimits } from './row-decoder.ts';

/** Finished batches that may wait for the reader; then the connection is paused. */
const MAX_WAITING = 2;

export interface StreamSettings {
  readonly limits: RowLimits;
  /** Longest time without a row packet while not paused, in milliseconds; it includes the time to the first row. */
  readonly progressTimeoutMs: number;
  /** Runs KILL QUERY for this connection, on another. */
  readonly kill: () => Promise<void>;
  readonly logger: Logger;
  /** The key of hashed columns. */
  readonly hashKey: Secret | null;
  /** True: the connection stays open when the result is complete, for the next query. */
  readonly keepsConnection?: boolean;
}

interface Waiter {
  readonly resolve: (batch: SourceBatch | null) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One running query and its batches. It owns the connection and closes it, whatever happens; one that is kept is closed only after a failure.
 *
 * It is complete when the server's final EOF has come (invariant I9); a lost connection, an error, a killed query
 * or an `end` without EOF is a failure, and batches that wait are dropped with it.
 */
export class ReadStream implements PacketHandler {
  readonly #connection: MysqlConnection;
  readonly #query: ExtractionQuery;
  readonly #settings: StreamSettings;
  readonly #decoder: RowDecoder;
  /** Rows of the chunk that is being received. */
  readonly #block: RowBlock;
  readonly #watch: ProgressWatch;
  readonly #waiting: SourceBatch[] = [];
  readonly #listeners: readonly (readonly [string, (error: unknown) => void])[] = [
    ['error', (error) => this.onFailure(error)],
    ['end', () => this.onFailure(connectionEnded())],
    // mysql2 goes on after a packet with a wrong number; here packets are missing.
    ['warn', () => this.onFailure(new UnexpectedPacket('packets out of order'))],
  ];
  #table = 'the result';
  #waiter: Waiter | null = null;
  #isPaused = false;
  /** Rows of the next chunks go past the driver, where the connection lends them. */
  #isBorrowing = false;
  /** Set when EOF has come: the last batch must not pause the connection, mysql2 would lose the goodbye. */
  #isEnding = false;
  #isComplete = false;
  /** Set at once when something fails; nothing is delivered any more. */
  #isFailed = false;
  /** Set when the query has been killed, too: what `next` throws. */
  #failure: Error | null = null;
  #closing: Promise<void> | null = null;

  /** Sends the query. */
  constructor(connection: MysqlConnection, query: ExtractionQuery, settings: StreamSettings) {
    this.#connection = connection;
    this.#query = query;
    this.#settings = settings;
    this.#decoder = new RowDecoder(query, settings.limits, (batch) => this.#push(batch), settings.hashKey);
    this.#block = new RowBlock(cellCountOf(query));
    this.#watch = new ProgressWatch(settings.progressTimeoutMs, () => (this.#isPaused ? null : this.#decoder.totalRows), () => this.#onStall());
    for (const [event, listener] of this.#listeners) connection.on(event, listener);
    try {
      sendCommand(connection, packetQuery(query.sql, this));
    } catch (error) {
      this.onFailure(error);
    }
  }

  /** The next batch; null at the end of the result. One call at a time. */
  next(): Promise<SourceBatch | null> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const batch = this.#isFailed ? undefined : this.#waiting.shift();
    if (batch !== undefined) {
      this.#resume();
      return Promise.resolve(batch);
    }
    if (this.#isComplete) return this.close().then(() => null);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  /** Ends the reading: kills the query if it still runs, and closes the connection. May be repeated. */
  close(): Promise<void> {
    if (this.#isComplete) this.#closing ??= this.#sayGoodbye();
    else if (this.#closing === null) this.#fail(new ExtractorError('SOURCE_CANCELLED', { message: `The reading of ${this.#table} was given up.` }), true);
    return this.#closing ?? Promise.resolve();
  }

  /** Stops the reading from outside. `next` throws this error. */
  cancel(error: Error): void {
    this.#fail(error, true);
  }

  onFields(fields: readonly DriverField[]): void {
    if (this.#isFailed) return;
    this.#table = tableOf(fields);
    checkResult(this.#query, fields);
  }

  onRow(wire: Buffer, start: number, end: number): void {
    if (this.#isFailed) return;
    if (!this.#isBorrowing) {
      // Not before: mysql2 has then read the fields' packets, and the one behind them.
      this.#isBorrowing = true;
      borrowRows(this.#connection, this.#takeRows);
    }
    this.#addRow(wire, start, end);
    // The driver hands out all packets of a chunk before anything else runs: then they are decoded, so that no row waits for the next chunk.
    if (this.#block.rowCount === 1) queueMicrotask(this.#decodeReceived);
  }

  onEnd(): void {
    if (this.#isFailed) return;
    this.#isEnding = true;
    returnRows(this.#connection);
    this.#decodeBlock();
    try {
      this.#decoder.finish();
    } catch (error) {
      throw this.#explain(error, Buffer.alloc(0), 0, 0);
    }
    this.#block.close();
    this.#isComplete = true;
    this.#watch.stop();
    if (this.#waiter !== null && this.#waiting.length === 0) this.#settle(this.#waiter, this.close().then(() => null));
  }

  onFailure(error: unknown): void {
    const translated = translateError(error, `reading ${this.#table}`);
    // After an error of the server, or without a connection, nothing runs that could be killed.
    const isOver = isTidemarkError(translated) && (translated.code === 'SOURCE_CONNECTION_LOST' || 'errno' in translated.details);
    this.#fail(translated, !isOver);
  }

  /** Rows of a chunk that the driver has not seen. While it is paused it may hold back earlier ones. */
  readonly #takeRows = (chunk: Buffer, sequenceId: number): TakenRows => {
    if (this.#isPaused || this.#isFailed) return { byteLength: 0, sequenceId };
    try {
      const taken = takeRowPackets(chunk, sequenceId, this.#addRow);
      this.#decodeBlock();
      return taken;
    } catch (error) {
      this.onFailure(error);
      return { byteLength: chunk.length, sequenceId };
    }
  };

  readonly #addRow = (wire: Buffer, start: number, end: number): void => {
    const block = this.#block;
    if (block.add(wire, start, end)) return;
    this.#decodeBlock();
    block.add(wire, start, end);
  };

  readonly #decodeReceived = (): void => {
    try {
      this.#decodeBlock();
    } catch (error) {
      this.onFailure(error);
    }
  };

  /** Decodes the rows of the block, together where that is possible. */
  #decodeBlock(): void {
    const block = this.#block;
    if (block.rowCount === 0) return;
    block.walk();
    for (let row = 0; row < block.rowCount && !this.#isFailed; ) {
      const together = this.#decodeTogether(block, row);
      if (together === 0) this.#decodeRow(block.wire, block.starts[row]!, block.ends[row]!);
      row += together || 1;
    }
    block.clear();
    this.#decoder.letGo();
  }

  #decodeTogether(block: RowBlock, row: number): number {
    const before = this.#decoder.totalRows;
    try {
      return this.#decoder.rows(block, row);
    } catch (error) {
      // The rows have been taken; their batch could not be ended with the last of them.
      const last = row + Math.max(0, this.#decoder.totalRows - before - 1);
      throw this.#explain(error, block.wire, block.starts[last]!, block.ends[last]!);
    }
  }

  #decodeRow(wire: Buffer, start: number, end: number): void {
    try {
      this.#decoder.row(wire, start, end);
    } catch (error) {
      this.#setAside(error, wire, start, end);
    }
  }

  /** Sets the row aside where that is allowed; else throws what the row has to fail with. */
  #setAside(error: unknown, wire: Buffer, start: number, end: number): void {
    try {
      if (error instanceof ValueProblem && this.#decoder.setAside(error, wire, start, end)) return;
    } catch (later) {
      throw this.#explain(later, wire, start, end);
    }
    throw this.#explain(error, wire, start, end);
  }

  #explain(error: unknown, wire: Buffer, start: number, end: number): unknown {
    if (!(error instanceof ValueProblem)) return error;
    return explainProblem(error, this.#query, { table: this.#table, rowNumber: this.#decoder.totalRows + 1, wire, start, end, isAsideFull: this.#decoder.isAsideFull });
  }

  #onStall(): void {
    const { progressTimeoutMs } = this.#settings;
    this.#fail(
      new ExtractorError('SOURCE_TIMEOUT', {
        message: `The reading of ${this.#table} made no progress for ${progressTimeoutMs} ms, after ${this.#decoder.totalRows} rows.`,
        details: { table: this.#table, progressTimeoutMs, rows: this.#decoder.totalRows },
      }),
      true,
    );
  }

  #push(batch: SourceBatch): void {
    if (this.#isFailed) return;
    if (this.#waiter !== null) {
      const waiter = this.#waiter;
      this.#waiter = null;
      waiter.resolve(batch);
      return;
    }
    this.#waiting.push(batch);
    if (this.#waiting.length >= MAX_WAITING && !this.#isPaused && !this.#isEnding) {
      this.#isPaused = true;
      this.#connection.pause();
    }
  }

  #resume(): void {
    if (!this.#isPaused || this.#waiting.length >= MAX_WAITING) return;
    this.#isPaused = false;
    this.#connection.resume();
  }

  #fail(error: Error, mustKill: boolean): void {
    if (this.#isFailed || this.#isComplete) return;
    this.#isFailed = true;
    this.#watch.stop();
    this.#waiting.length = 0;
    cutConnection(this.#connection);
    this.#closing = (mustKill ? killWithin(KILL_WAIT_MS, this.#settings.kill, this.#settings.logger) : Promise.resolve()).then(() => {
      this.#failure = error;
      this.#waiter?.reject(error);
      this.#waiter = null;
    });
  }

  async #sayGoodbye(): Promise<void> {
    if (this.#settings.keepsConnection === true) {
      for (const [event, listener] of this.#listeners) this.#connection.off(event, listener);
      return;
    }
    await new Promise<void>((resolve) => {
      this.#connection.on('error', () => resolve());
      this.#connection.end(() => resolve());
    });
    cutConnection(this.#connection);
  }

  #settle(waiter: Waiter, outcome: Promise<null>): void {
    this.#waiter = null;
    outcome.then(waiter.resolve, waiter.reject);
  }
}

function connectionEnded(): Error {
  return Object.assign(new Error('the server closed the connection'), { code: 'PROTOCOL_CONNECTION_LOST' });
}
