import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import pg from 'pg';
import { startRedshiftEmulator, type RedshiftEmulator, type RedshiftEmulatorOptions } from '../src/index.ts';
import { startObjectServer, type ObjectServer } from './object-server.ts';
import { startPostgres, type PostgresServer } from './postgres-server.ts';

export const ROLE = 'arn:aws:iam::123456789012:role/loader';
export const USERS = {
  admin: { password: 'Admin-Pass-1', superuser: true },
  loader: { password: 'Loader-Pass-1', grants: ['CREATE, TEMPORARY ON DATABASE dev'] },
  reader: { password: 'Reader-Pass-1' },
} as const;

/** A PostgreSQL, an object server and an emulator over them. */
export interface World {
  readonly postgres: PostgresServer;
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

/** Starts everything. Each test file has its own. */
export async function startWorld(options: Partial<RedshiftEmulatorOptions> = {}): Promise<World> {
  const postgres = await startPostgres();
  const s3 = await startObjectServer(['LOADKEY', 'OTHERKEY']);
  const emulator = await startRedshiftEmulator({
    postgres: { host: '127.0.0.1', port: postgres.port, user: 'postgres' },
    users: USERS,
    s3: { endpoint: s3.endpoint, roles: { [ROLE]: { accessKeyId: 'LOADKEY', secretAccessKey: 'secret' } }, defaultRole: ROLE },
    ...options,
  });
  const folder = mkdtempSync(join(tmpdir(), 'redshift-emulator-test-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const duck = await instance.connect();
  const clients: pg.Client[] = [];
  return {
    postgres, s3, emulator, duck,
    connect: async (user = 'loader', config = {}) => {
      const client = new pg.Client({ host: '127.0.0.1', port: emulator.port, user, password: USERS[user].password, database: 'dev', ...config });
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
      await postgres.stop();
      duck.closeSync();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The COPY a loader sends. */
export function copyText(table: string, manifest: string, rest = ''): string {
  return `COPY ${table} FROM 's3://bucket/${manifest}' IAM_ROLE '${ROLE}' FORMAT AS PARQUET MANIFEST${rest}`;
}
