import { resolveSecrets, type LoadedConfig } from '@tidemark/config';
import { openMysqlConnection, openRedshiftClient } from '@tidemark/connections';
import { isTidemarkError, type Logger, type TidemarkError } from '@tidemark/domain';
import { sourceOptions, targetOptions } from './open-connections.ts';
import { openSecrets } from './open-secrets.ts';
import { openStore } from './open-store.ts';
import { WayToHost } from './way-to-host.ts';

export type ConnectionKind = 'mysql' | 'redshift' | 's3';

export interface ConnectionStep {
  readonly name: string;
  readonly detail: string;
}

/** How far a connection got. */
export interface ConnectionReport {
  readonly name: string;
  readonly kind: ConnectionKind;
  /** Steps that succeeded, in order. */
  readonly steps: readonly ConnectionStep[];
  /** What the next step failed with; null when all is well. */
  readonly error: Pick<TidemarkError, 'code' | 'message' | 'remedy' | 'exit'> | null;
}

/** Tries one connection of a configuration step by step, through its tunnel. Changes nothing but a probe object in a bucket, which is deleted again. */
export async function testConnection(config: LoadedConfig, kind: ConnectionKind, name: string, logger: Logger): Promise<ConnectionReport> {
  const steps: ConnectionStep[] = [];
  const done = (step: string, detail: string): void => {
    steps.push({ name: step, detail });
  };
  try {
    await (kind === 'mysql' ? testMysql(config, name, logger, done) : kind === 'redshift' ? testRedshift(config, name, logger, done) : testS3(config, name, logger, done));
    return { name, kind, steps, error: null };
  } catch (cause) {
    if (!isTidemarkError(cause)) throw cause;
    return { name, kind, steps, error: { code: cause.code, message: cause.message, remedy: cause.remedy, exit: cause.exit } };
  }
}

type Done = (step: string, detail: string) => void;

async function testMysql(config: LoadedConfig, name: string, logger: Logger, done: Done): Promise<void> {
  const source = await resolveSecrets(config.sources.get(name), () => openSecrets(logger));
  done('configuration', `${source.host}:${source.port}/${source.database}`);
  await using way = new WayToHost(source.tunnel, logger);
  await way.resolve(source.host, source.port);
  if (source.tunnel !== null) done('tunnel', `${source.tunnel.host}:${source.tunnel.port}`);
  const connection = await openMysqlConnection(sourceOptions(source, way));
  try {
    done('login', source.username);
    const [row] = await new Promise<Record<string, unknown>[]>((resolve, reject) =>
      connection.query('SELECT VERSION() AS version, @@read_only AS read_only, UTC_TIMESTAMP(6) AS now', (error, rows) => (error === null ? resolve(rows as Record<string, unknown>[]) : reject(error))),
    );
    done('version', String(row?.['version']));
    done('clock', clockText(Date.parse(`${String(row?.['now']).replace(' ', 'T')}Z`)));
    done('read only', String(row?.['read_only']) === '0' ? 'no' : 'yes');
  } finally {
    connection.end();
  }
}

async function testRedshift(config: LoadedConfig, name: string, logger: Logger, done: Done): Promise<void> {
  const target = await resolveSecrets(config.targets.get(name), () => openSecrets(logger));
  done('configuration', `${target.host}:${target.port}/${target.database}`);
  await using way = new WayToHost(target.tunnel, logger);
  await way.resolve(target.host, target.port);
  if (target.tunnel !== null) done('tunnel', `${target.tunnel.host}:${target.tunnel.port}`);
  const client = await openRedshiftClient(targetOptions(target, way));
  try {
    done('login', target.username);
    done('version', String((await client.query('SELECT version() AS version')).rows[0]?.version));
    const rights = await client.query("SELECT has_schema_privilege($1, 'usage') AS usage, has_schema_privilege($2, 'create') AS create", [target.schema, target.workSchema]);
    done('rights', `usage of ${target.schema}: ${rights.rows[0]?.usage === true ? 'yes' : 'no'}, create in ${target.workSchema}: ${rights.rows[0]?.create === true ? 'yes' : 'no'}`);
  } finally {
    await client.end();
  }
}

async function testS3(config: LoadedConfig, name: string, logger: Logger, done: Done): Promise<void> {
  const s3 = await resolveSecrets(config.s3Configs.get(name), () => openSecrets(logger));
  done('configuration', `${s3.bucket} in ${s3.region}${s3.endpoint === null ? '' : ` at ${s3.endpoint}`}`);
  const store = openStore(s3, logger);
  try {
    await store.probeConditionalWrites(s3.watermarkPath);
    done('write, read, delete', `below ${s3.watermarkPath === '' ? 'the bucket’s root' : s3.watermarkPath}`);
    done('conditional writes', 'honoured');
    done('clock', clockText((await store.serverNow()).getTime()));
  } finally {
    store.close();
  }
}

function clockText(serverMs: number): string {
  const seconds = (serverMs - Date.now()) / 1000;
  return Math.abs(seconds) < 1 ? 'agrees with this machine' : `${Math.abs(seconds).toFixed(1)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine`;
}
