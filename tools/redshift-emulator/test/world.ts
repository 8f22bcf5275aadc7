import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import pg from 'pg';
import { inject } from 'vitest';
import { startRedshiftEmulator, type PostgresAddress, type RedshiftEmulator, type RedshiftEmulatorOptions } from '../src/index.ts';
import { startObjectServer, type ObjectServer } from './object-server.ts';

export const ROLE = 'arn:aws:iam::123456789012:role/loader';
export const USERS = {
  admin: { password: 'Admin-Pass-1', superuser: true },
  loader: { password: 'Loader-Pass-1' },
  reader: { password: 'Reader-Pass-1' },
} as const;

/** The users, who belong to the whole PostgreSQL, with the loader's right to create in a database. */
export const usersOf = (database: string): RedshiftEmulatorOptions['users'] => ({ ...USERS, loader: { ...USERS.loader, grants: [`CREATE, TEMPORARY ON DATABASE ${database}`] } });

/** An object server and an emulator over the run's PostgreSQL, in a database of their own. */
export interface World {
  readonly postgres: PostgresAddress;
  readonly database: string;
  readonly s3: ObjectServer;
  readonly emulator: RedshiftEmulator;
  readonly duck: DuckDBConnection;
  connect(user?: keyof typeof USERS, config?: pg.ClientConfig): Promise<pg.Client>;
  /** Writes a Parquet file by DuckDB and puts it at `bucket/key`; gives its length. */
  parquet(key: string, query: string, options?: string): Promise<number>;
  /** Puts a manifest of keys of the bucket. */
  manifest(key: string, parts: readonly string[]): void;
  stop(): Promise<void>;
}

/** Starts an emulator; roles are the whole server's, so that test files make them one after the other. */
export async function startEmulator(options: RedshiftEmulatorOptions): Promise<RedshiftEmulator> {
  const turn = new pg.Client({ ...options.postgres, database: 'postgres' });
  await turn.connect();
  try {
    await turn.query('SELECT pg_advisory_lock(1)');
    return await startRedshiftEmulator(options);
  } finally {
    await turn.end();
  }
}

/** Starts everything. Each test file has its own. */
export async function startWorld(options: Partial<RedshiftEmulatorOptions> = {}): Promise<World> {
  const postgres = { host: '127.0.0.1', port: inject('postgresPort'), user: 'postgres' };
  const database = `dev_${randomBytes(4).toString('hex')}`;
  const s3 = await startObjectServer(['LOADKEY', 'OTHERKEY']);
  const emulator = await startEmulator({
    postgres, database,
    users: usersOf(database),
    s3: { endpoint: s3.endpoint, roles: { [ROLE]: { accessKeyId: 'LOADKEY', secretAccessKey: 'secret' } }, defaultRole: ROLE },
    ...options,
  });
  const folder = mkdtempSync(join(tmpdir(), 'redshift-emulator-test-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const duck = await instance.connect();
  const clients: pg.Client[] = [];
  return {
    postgres, database, s3, emulator, duck,
    connect: async (user = 'loader', config = {}) => {
      const client = new pg.Client({ host: '127.0.0.1', port: emulator.port, user, password: USERS[user].password, database, ...config });
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    parquet: async (key, query, parquetOptions = '') => {
      const path = join(folder, 'out.parquet');
      await duck.run(`COPY (${query}) TO '${path}' (FORMAT parquet${parquetOptions})`);
      const bytes = readFileSync(path);
      s3.objects.set(`bucket/${key}`, bytes);
      return bytes.length;
    },
    manifest: (key, parts) => {
      const entries = parts.map((part) => ({ url: `s3://bucket/${part}`, mandatory: true, meta: { content_length: s3.objects.get(`bucket/${part}`)?.length ?? 1 } }));
      s3.objects.set(`bucket/${key}`, Buffer.from(JSON.stringify({ entries })));
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await emulator.close();
      await s3.stop();
      duck.closeSync();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The COPY a loader sends. */
export function copyText(table: string, manifest: string, rest = ''): string {
  return `COPY ${table} FROM 's3://bucket/${manifest}' IAM_ROLE '${ROLE}' FORMAT AS PARQUET MANIFEST${rest}`;
}
