import type { Client } from 'pg';
import { connectWithTries, type Tries } from './connect-with-tries.ts';
import { openRedshiftClient, type RedshiftOptions } from './redshift-client.ts';
import type { Slots } from './slots.ts';

export interface RedshiftPoolOptions extends Tries {
  /** Places for sessions. */
  readonly slots: Slots;
}

/**
 * The sessions of a target: at most so many at a time. None is kept between two uses: Redshift ends sessions that are idle, and
 * a session that begins late cannot have died before it is needed.
 */
export class RedshiftPool implements AsyncDisposable {
  readonly #options: RedshiftOptions;
  readonly #pool: RedshiftPoolOptions;
  readonly #open = new Set<Client>();

  constructor(options: RedshiftOptions, pool: RedshiftPoolOptions) {
    this.#options = options;
    this.#pool = pool;
  }

  get counts(): { readonly inUse: number; readonly idle: number } {
    return { inUse: this.#open.size, idle: 0 };
  }

  /**
   * A session of its own; waits for a place. Whoever called ends it.
   * @throws ConnectionError as `openRedshiftClient`, after the last try
   */
  async take(): Promise<Client> {
    const release = await this.#pool.slots.acquire();
    try {
      const client = await connectWithTries(() => openRedshiftClient(this.#options), this.#pool);
      this.#open.add(client);
      client.once('end', () => {
        this.#open.delete(client);
        release();
      });
      return client;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Ends every session. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open].map((client) => goodbye(client)));
  }
}

/** How long Redshift may take to answer the goodbye; a statement that still runs does not let it. */
const GOODBYE_MS = 1_000;

async function goodbye(client: Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS);
  });
  await Promise.race([client.end().catch(() => undefined), late]);
  clearTimeout(timer);
  (client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream.destroy();
}
