import type { ResolvedAuth, ResolvedPool, ResolvedSource, ResolvedSshHost, ResolvedTarget, ResolvedTls, ResolvedTunnel } from '../resolved.ts';
import type { JUMP_SCHEMA, SOURCE_SCHEMA, TARGET_SCHEMA, TUNNEL_SCHEMA } from '../schema/connections-schema.ts';
import type { FilledOf, ValueOf } from '../schema/schema-node.ts';
import { optionalSecret, secretOf } from './optional-secret.ts';
import { redshiftName } from './redshift-name.ts';
import { resolvePath, type PathBase } from './resolve-path.ts';

export const REQUIRED_CONNECTION_KEYS = ['host', 'database'] as const;
/** What each kind of `auth` needs. */
export const REQUIRED_AUTH_KEYS = { password: ['username', 'password'], iam: { sources: ['username', 'region'], targets: ['username', 'region', 'cluster_identifier'] }, iam_serverless: ['region', 'workgroup_name'] } as const;
export const REQUIRED_TUNNEL_KEYS = ['host', 'username'] as const;

type Required<T, K extends keyof T> = T & { readonly [P in K]-?: NonNullable<T[P]> };
type Tunnel = Required<FilledOf<typeof TUNNEL_SCHEMA>, (typeof REQUIRED_TUNNEL_KEYS)[number]>;
type Jump = Required<ValueOf<typeof JUMP_SCHEMA>, (typeof REQUIRED_TUNNEL_KEYS)[number]>;
type WithTunnel<T> = Omit<T, 'ssh_tunnel'> & { readonly ssh_tunnel?: Tunnel };
/** A checked source: defaults filled in, required keys there. */
export type SourceValue = WithTunnel<Required<FilledOf<typeof SOURCE_SCHEMA>, (typeof REQUIRED_CONNECTION_KEYS)[number]>>;
export type TargetValue = WithTunnel<Required<FilledOf<typeof TARGET_SCHEMA>, (typeof REQUIRED_CONNECTION_KEYS)[number]>>;

export function resolveSource(name: string, value: SourceValue, base: PathBase): ResolvedSource {
  return {
    name,
    host: value.host,
    port: value.port,
    database: value.database,
    username: value.username ?? '',
    password: secretOf(value.auth === 'password' ? value.password! : ''),
    auth: value.auth === 'iam' ? { kind: 'rds', region: value.region! } : { kind: 'password' },
    pool: resolvePool(value.connection_pool),
    cursorTimeZone: value.cursor_time_zone,
    tls: resolveTls(value.tls, base),
    tunnel: resolveTunnel(value.ssh_tunnel, base),
  };
}

export function resolveTarget(name: string, value: TargetValue, base: PathBase): ResolvedTarget {
  return {
    name,
    host: value.host,
    port: value.port,
    database: value.database,
    schema: redshiftName(value.schema),
    workSchema: redshiftName(value.work_schema ?? value.schema),
    username: value.username ?? '',
    password: secretOf(value.auth === 'password' ? value.password! : ''),
    auth: resolveTargetAuth(value),
    pool: resolvePool(value.connection_pool),
    tls: resolveTls(value.tls, base),
    tunnel: resolveTunnel(value.ssh_tunnel, base),
    iamRole: value.iam_role ?? null,
    queryGroup: value.query_group ?? null,
  };
}

function resolveTls(value: SourceValue['tls'], base: PathBase): ResolvedTls {
  return { mode: value.mode, caFile: value.ca_file === undefined ? null : resolvePath(value.ca_file, base) };
}

function resolvePool(value: SourceValue['connection_pool']): ResolvedPool {
  return { minConnections: value.min_connections, maxConnections: value.max_connections, retryAttempts: value.retry_attempts };
}

function resolveTargetAuth({ auth, region, cluster_identifier: clusterIdentifier, workgroup_name: workgroupName }: TargetValue): ResolvedAuth {
  if (auth === 'iam') return { kind: 'cluster', region: region!, clusterIdentifier: clusterIdentifier! };
  if (auth === 'iam_serverless') return { kind: 'serverless', region: region!, workgroupName: workgroupName! };
  return { kind: 'password' };
}

const KNOWN_HOSTS = '~/.ssh/known_hosts';

function resolveTunnel(value: Tunnel | undefined, base: PathBase): ResolvedTunnel | null {
  if (value === undefined || !value.enabled) return null;
  const knownHosts = value.known_hosts_path ?? KNOWN_HOSTS;
  return {
    ...resolveSshHost(value, knownHosts, base),
    localPort: value.local_port,
    keepaliveMs: value.keepalive_seconds * 1_000,
    jump: (value.jump ?? []).map((server) => resolveSshHost(server as Jump, knownHosts, base)),
  };
}

/** Items of a list get no defaults from the schema. */
function resolveSshHost(value: Tunnel | Jump, knownHosts: string, base: PathBase): ResolvedSshHost {
  const hostKeySha256 = value.host_key_sha256 ?? null;
  return {
    host: value.host,
    port: value.port ?? 22,
    username: value.username,
    privateKeyPath: value.private_key_path === undefined ? null : resolvePath(value.private_key_path, base),
    passphrase: optionalSecret(value.passphrase),
    password: optionalSecret(value.password),
    useAgent: value.agent ?? false,
    knownHostsPath: hostKeySha256 === null ? resolvePath(value.known_hosts_path ?? knownHosts, base) : null,
    hostKeySha256,
  };
}
