/** Prefixes of variables that every configuration may read. */
export const ALLOWED_PREFIXES: readonly string[] = ['BACKUP_', 'CONFIG_', 'DB_', 'DB2_', 'CONN_', 'SSH_', 'REDSHIFT_', 'MYSQL_', 'AWS_', 'S3_'];

export type Lookup = { readonly kind: 'value'; readonly value: string } | { readonly kind: 'unset' } | { readonly kind: 'forbidden' };

/**
 * The variables a configuration may read: those that a `.env` file defines, and those of the process environment
 * whose names begin with an allowed prefix. The process environment beats `.env`.
 */
export class Variables {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #files: readonly ReadonlyMap<string, string>[];
  readonly prefixes: readonly string[];

  /** @param files values of `.env` files, the strongest first */
  constructor(environment: Readonly<Record<string, string | undefined>>, files: readonly ReadonlyMap<string, string>[], morePrefixes: readonly string[] = []) {
    this.#environment = environment;
    this.#files = files;
    this.prefixes = [...ALLOWED_PREFIXES, ...morePrefixes];
  }

  lookup(name: string): Lookup {
    const inFile = this.#files.find((file) => file.has(name))?.get(name);
    if (inFile === undefined && !this.prefixes.some((prefix) => name.startsWith(prefix))) return { kind: 'forbidden' };
    const value = (Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined) ?? inFile;
    return value === undefined ? { kind: 'unset' } : { kind: 'value', value };
  }

  /** Names that are set and may be read; for near misses. */
  names(): string[] {
    const own = Object.keys(this.#environment).filter((name) => this.prefixes.some((prefix) => name.startsWith(prefix)));
    return [...new Set([...own, ...this.#files.flatMap((file) => [...file.keys()])])];
  }
}
