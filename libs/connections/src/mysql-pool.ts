import type { Connection } from 'mysql2';
import { connectWithTries, type Tries } from './connect-with-tries.ts';
import { openMysqlConnection, type MysqlOptions } from './mysql-connection.ts';
import type { ReleaseSlot, Slots } from './slots.ts';

export interface MysqlPoolOptions extends Tries {
  /** Connections that stay open between two uses. */
  readonly minConnections: number;
  /** Places for connections in use. */
  readonly slots: Slots;
}

/** How long a connection that waited may take to answer before it counts as lost. */
const PING_MS = 5_000;

/**
 * The connections of a source: at most so many in use at a time, and a few kept for the next use.
 * A connection belongs to whoever got it, until it is ended, cut or taken back.
 */
export class MysqlPool implements AsyncDisposable {
  readonly #options: MysqlOptions;
  readonly #pool: MysqlPoolOptions;
  readonly #open = new Map<Connection, ReleaseSlot>();
  readonly #idle: Connection[] = [];
  #isClosed = false;

  constructor(options: MysqlOptions, pool: MysqlPoolOptions) {
    this.#options = options;
    this.#pool = pool;
  }

  /** Connections in use, and kept. */
  get counts(): { readonly inUse: number; readonly idle: number } {
    return { inUse: this.#open.size, idle: this.#idle.length };
  }

  /**
   * A logged-in connection, alone; waits for a place. Its session may have settings of an earlier use: set those that matter.
   * @throws ConnectionError as `openMysqlConnection`, after the last try
   */
  async take(): Promise<Connection> {
    if (this.#isClosed) throw new RangeError(`the pool of ${this.#options.name} was closed`);
    const release = await this.#pool.slots.acquire();
    try {
      const connection = (await this.#answering()) ?? this.#watched(await connectWithTries(() => openMysqlConnection(this.#options), this.#pool));
      this.#open.set(connection, release);
      return connection;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A connection beside the limit, to end a query of another one. It is tried once. */
  takeBeside(): Promise<Connection> {
    return openMysqlConnection(this.#options);
  }

  /** Takes back a connection whose last query ended well. It is kept or ended. */
  giveBack(connection: Connection): void {
    const release = this.#open.get(connection);
    if (release === undefined || this.#isClosed || this.#idle.length >= this.#pool.minConnections) {
      connection.on('error', () => undefined);
      connection.end();
      return;
    }
    this.#open.delete(connection);
    const forget = (): void => void this.#forget(connection);
    connection.removeAllListeners('error').removeAllListeners('end').on('error', forget).on('end', forget);
    this.#idle.push(connection);
    release();
  }

  /** Ends what is kept and cuts what is in use. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const goodbyes = this.#idle.splice(0).map((connection) => ended(connection));
    for (const connection of this.#open.keys()) cut(connection);
    await Promise.all(goodbyes);
  }

  /** Its place is free when its socket has closed, whoever closed it. */
  #watched(connection: Connection): Connection {
    const { stream } = connection as unknown as { readonly stream: NodeJS.EventEmitter };
    stream.once('close', () => {
      this.#open.get(connection)?.();
      this.#open.delete(connection);
      this.#forget(connection);
    });
    return connection;
  }

  #forget(connection: Connection): void {
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  /** A kept connection that answers; null when none does. */
  async #answering(): Promise<Connection | null> {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (await answers(connection)) {
        connection.removeAllListeners('error').removeAllListeners('end');
        return connection;
      }
      cut(connection);
    }
    return null;
  }
}

function answers(connection: Connection): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PING_MS, false);
    connection.ping((error?: Error | null) => {
      clearTimeout(timer);
      resolve(error === undefined || error === null);
    });
  });
}

function cut(connection: Connection): void {
  connection.on('error', () => undefined);
  connection.destroy();
  (connection as unknown as { readonly stream: { destroy(): void } }).stream.destroy();
}

/** How long a server may take to answer the goodbye. */
const GOODBYE_MS = 1_000;

async function ended(connection: Connection): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, GOODBYE_MS);
    connection.end(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  cut(connection);
}
