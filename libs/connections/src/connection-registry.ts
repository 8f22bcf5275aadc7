import { silentLogger, type Logger } from '@tidemark/domain';
import { ConnectionError } from './errors.ts';
import type { MysqlOptions } from './mysql-connection.ts';
import { MysqlPool } from './mysql-pool.ts';
import type { RedshiftOptions } from './redshift-client.ts';
import { RedshiftPool } from './redshift-pool.ts';
import { Slots } from './slots.ts';

/** Limits of one source or target. */
export interface PoolLimits {
  /** Connections that stay open between two uses; a target keeps none. */
  readonly minConnections: number;
  /** Connections at the same time. */
  readonly maxConnections: number;
  /** Tries to connect. */
  readonly retryAttempts: number;
}

export interface ConnectionRegistryOptions {
  readonly sources: readonly (MysqlOptions & { readonly pool: PoolLimits })[];
  readonly targets: readonly (RedshiftOptions & { readonly pool: PoolLimits })[];
  /** Connections in use at the same time, of all sources and targets together. */
  readonly maxConnections?: number;
  readonly logger?: Logger;
}

const MAX_CONNECTIONS = 50;

/**
 * Sources and targets by name. A pool comes into being when it is first asked for, a connection when it is taken.
 * Disposing it ends all of them.
 */
export class ConnectionRegistry implements AsyncDisposable {
  readonly #options: ConnectionRegistryOptions;
  readonly #budget: Slots;
  readonly #sources = new Map<string, MysqlPool>();
  readonly #targets = new Map<string, RedshiftPool>();

  constructor(options: ConnectionRegistryOptions) {
    this.#options = options;
    this.#budget = new Slots(options.maxConnections ?? MAX_CONNECTIONS);
  }

  /** @throws ConnectionError `CONNECTION_NOT_REGISTERED` */
  source(name: string): MysqlPool {
    return this.#pool('source', name, this.#options.sources, this.#sources, (options) => new MysqlPool(options, { ...this.#limits(options.pool), minConnections: options.pool.minConnections }));
  }

  /** @throws ConnectionError `CONNECTION_NOT_REGISTERED` */
  target(name: string): RedshiftPool {
    return this.#pool('target', name, this.#options.targets, this.#targets, (options) => new RedshiftPool(options, this.#limits(options.pool)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sources.values(), ...this.#targets.values()].map((pool) => pool[Symbol.asyncDispose]()));
  }

  #limits({ maxConnections, retryAttempts }: PoolLimits): { slots: Slots; attempts: number; logger: Logger } {
    return { slots: new Slots(maxConnections, this.#budget), attempts: retryAttempts, logger: this.#options.logger ?? silentLogger };
  }

  #pool<O extends { readonly name: string }, P>(what: string, name: string, known: readonly O[], pools: Map<string, P>, make: (options: O) => P): P {
    const standing = pools.get(name);
    if (standing !== undefined) return standing;
    const options = known.find((candidate) => candidate.name === name);
    if (options === undefined) {
      const names = known.map((candidate) => candidate.name);
      throw new ConnectionError('CONNECTION_NOT_REGISTERED', { message: `There is no ${what} ${name}; there is ${names.length === 0 ? 'none' : names.join(', ')}.`, details: { name, known: names } });
    }
    const pool = make(options);
    pools.set(name, pool);
    return pool;
  }
}
