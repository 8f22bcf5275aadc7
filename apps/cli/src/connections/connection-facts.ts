import type { LoadedConfig, ResolvedSource, ResolvedTarget } from '@tidemark/config';
import { isTidemarkError } from '@tidemark/domain';
import type { ChosenConnection } from './choose-connections.ts';

/** What the configuration says of a connection, secrets left out, without connecting. */
export interface ConnectionFacts {
  readonly name: string;
  readonly type: ChosenConnection['kind'];
  /** By name, in the order in which they are shown. */
  readonly settings: Readonly<Record<string, string>>;
  /** Pipelines that use it. */
  readonly pipelines: readonly string[];
  /** Why its values cannot be had; null when they can. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

export function connectionFacts(config: LoadedConfig, { kind, name }: ChosenConnection): ConnectionFacts {
  const pipelines = config.outlines.filter(({ source, target }) => (kind === 'mysql' ? source : kind === 'redshift' ? target : null) === name).map(({ identity }) => identity);
  try {
    return { name, type: kind, settings: settingsOf(config, kind, name), pipelines, error: null };
  } catch (cause) {
    if (!isTidemarkError(cause)) throw cause;
    return { name, type: kind, settings: {}, pipelines, error: { code: cause.code, message: cause.message } };
  }
}

function settingsOf(config: LoadedConfig, kind: ChosenConnection['kind'], name: string): Record<string, string> {
  if (kind === 'mysql') {
    const source = config.sources.get(name);
    return { ...databaseSettings(source), cursor_time_zone: source.cursorTimeZone };
  }
  if (kind === 'redshift') {
    const target = config.targets.get(name);
    return { ...databaseSettings(target), schema: target.schema, work_schema: target.workSchema, copy: target.iamRole ?? 'the keys of the S3 configuration' };
  }
  const s3 = config.s3Configs.get(name);
  return {
    address: `${s3.endpoint ?? 'AWS'}, bucket ${s3.bucket} in ${s3.region}`,
    credentials: s3.credentials === null ? 'the default AWS chain' : 'keys of the configuration',
    incremental_path: s3.incrementalPath,
    watermark_path: s3.watermarkPath,
  };
}

function databaseSettings({ host, port, database, username, auth, tls, tunnel, pool }: ResolvedSource | ResolvedTarget): Record<string, string> {
  return {
    address: `${host}:${port}/${database}`,
    username: username === '' ? 'as IAM names it' : username,
    auth: auth.kind === 'password' ? 'password' : `iam (${auth.kind}, ${auth.region})`,
    tls: tls.mode,
    tunnel: tunnel === null ? 'none' : [...tunnel.jump, tunnel].map((server) => `${server.host}:${server.port}`).join(' > '),
    pool: `${pool.minConnections} to ${pool.maxConnections} connections, ${pool.retryAttempts} tries`,
  };
}
