import type { ConfigModel } from '../layers/config-model.ts';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { durationMs, isDuration } from '../resolve/duration.ts';
import { keyPrefix } from '../resolve/key-prefix.ts';
import { REQUIRED_AUTH_KEYS, REQUIRED_CONNECTION_KEYS, REQUIRED_TUNNEL_KEYS } from '../resolve/resolve-connection.ts';
import { REQUIRED_S3_KEYS } from '../resolve/resolve-s3.ts';
import { mapAt, nodeAt, placeAt, type MapNode } from '../tree/config-node.ts';
import { textAt } from './scalar-at.ts';

/** What a schema of single files cannot say about sources, targets, S3 configurations and the lease. */
export function checkConnections(model: ConfigModel): ConfigProblem[] {
  const connections = [['sources', model.sources], ['targets', model.targets]] as const;
  return [
    ...connections.flatMap(([kind, set]) => names(set).flatMap((name) => checkConnection(kind, set, name))),
    ...names(model.s3Configs).flatMap((name) => [...missing(model.s3Configs, 's3_configs', [name], REQUIRED_S3_KEYS), ...checkS3(model.s3Configs, name)]),
    ...checkLease(model.lease),
  ];
}

function names(set: MapNode): string[] {
  return [...set.entries.keys()];
}

function missing(set: MapNode, prefix: string, path: readonly string[], keys: readonly string[]): ConfigProblem[] {
  const where = [prefix, ...path].join('.');
  const absent = keys.filter((key) => nodeAt(set, [...path, key]) === undefined);
  return absent.map((key) => configProblem({ code: 'CONFIG_VALUE', at: placeAt(set, path, 'key'), path: `${where}.${key}`, allowed: [`${key}: …`], sentence: `${where} has no ${key}`, remedy: `Add ${key} to ${where}.` }));
}

function checkConnection(kind: 'sources' | 'targets', set: MapNode, name: string): ConfigProblem[] {
  const prefix = `connections.${kind}`;
  return [...missing(set, prefix, [name], REQUIRED_CONNECTION_KEYS), ...checkAuth(kind, set, name), ...checkPool(set, prefix, name), ...checkTunnel(set, prefix, name)];
}

/** TLS modes with which no temporary credential can travel in the clear. */
const ENCRYPTED = ['required', 'verify-ca', 'verify-full'];

function checkAuth(kind: 'sources' | 'targets', set: MapNode, name: string): ConfigProblem[] {
  const prefix = `connections.${kind}`;
  const where = `${prefix}.${name}`;
  const own = mapAt(set, [name]);
  const auth = textAt(own, ['auth']);
  if (auth !== 'iam' && auth !== 'iam_serverless') return missing(set, prefix, [name], REQUIRED_AUTH_KEYS.password);
  const problems = missing(set, prefix, [name], auth === 'iam' ? REQUIRED_AUTH_KEYS.iam[kind] : REQUIRED_AUTH_KEYS.iam_serverless);
  const mode = textAt(own, ['tls', 'mode']);
  if (mode !== null && !ENCRYPTED.includes(mode)) {
    problems.push(configProblem({ code: 'CONFIG_VALUE', at: placeAt(set, [name, 'auth'], 'value'), path: `${where}.tls.mode`, found: mode, allowed: ENCRYPTED, sentence: `${where} has auth: ${auth} with tls.mode ${mode}, which may send the token in the clear`, remedy: `Set tls.mode of ${where} to ${ENCRYPTED.join(', ')}; verify-full with ca_file is the safe one.` }));
  }
  return problems;
}

function checkPool(set: MapNode, prefix: string, name: string): ConfigProblem[] {
  const [least, most] = ['min_connections', 'max_connections'].map((key) => Number(textAt(mapAt(set, [name]), ['connection_pool', key])));
  if (!(least! > most!)) return [];
  const path = [name, 'connection_pool', 'min_connections'];
  return [configProblem({ code: 'CONFIG_VALUE', at: placeAt(set, path, 'value'), path: `${prefix}.${path.join('.')}`, found: String(least), sentence: `${prefix}.${name}.connection_pool keeps ${least} connections open and allows ${most}`, remedy: 'Make min_connections at most max_connections.' })];
}

function checkTunnel(set: MapNode, prefix: string, name: string): ConfigProblem[] {
  const path = [name, 'ssh_tunnel'];
  const tunnel = mapAt(set, path);
  if (nodeAt(set, path) === undefined || textAt(tunnel, ['enabled']) === 'false') return [];
  const jump = nodeAt(tunnel, ['jump']);
  const jumps = jump?.kind === 'list' ? jump.items.map((_item, index) => [...path, 'jump', String(index)]) : [];
  return [path, ...jumps].flatMap((server) => checkSshHost(set, prefix, server));
}

function checkSshHost(set: MapNode, prefix: string, path: readonly string[]): ConfigProblem[] {
  const problems = missing(set, prefix, path, REQUIRED_TUNNEL_KEYS);
  const server = mapAt(set, path);
  const has = (key: string) => server.entries.has(key);
  const where = [prefix, ...path].join('.');
  if (!has('private_key_path') && !has('password') && textAt(server, ['agent']) !== 'true') {
    const allowed = ['private_key_path', 'agent: true', 'password'];
    problems.push(configProblem({ code: 'CONFIG_VALUE', at: placeAt(set, path, 'key'), path: where, allowed, sentence: `${where} has no way to log in; allowed: ${allowed.join(', ')}`, remedy: `Add one of ${allowed.join(', ')} to ${where}.` }));
  }
  if (has('known_hosts_path') && has('host_key_sha256')) {
    problems.push(configProblem({ code: 'CONFIG_VALUE', at: placeAt(set, [...path, 'host_key_sha256'], 'key'), path: `${where}.host_key_sha256`, allowed: ['known_hosts_path', 'host_key_sha256'], sentence: `${where} has both known_hosts_path and host_key_sha256`, remedy: 'Keep one of the two.' }));
  }
  return problems;
}

function checkS3(set: MapNode, name: string): ConfigProblem[] {
  const where = `s3_configs.${name}`;
  const own = mapAt(set, [name]);
  const problems: ConfigProblem[] = [];
  const has = (key: string) => own.entries.has(key);
  const add = (key: string, sentence: string, remedy: string) => problems.push(configProblem({ code: 'CONFIG_VALUE', at: placeAt(set, [name, key], 'key'), path: `${where}.${key}`, sentence, remedy }));
  if (has('access_key_id') !== has('secret_access_key')) {
    const [there, absent] = has('access_key_id') ? ['access_key_id', 'secret_access_key'] : ['secret_access_key', 'access_key_id'];
    add(there!, `${where} has ${there} without ${absent}`, 'Give both, or neither to use the default AWS credential chain.');
  } else if (has('session_token') && !has('access_key_id')) {
    add('session_token', `${where} has session_token without access_key_id`, 'Give the keys that belong to the token, or remove it.');
  }
  const data = textAt(own, ['incremental_path']);
  const state = textAt(own, ['watermark_path']);
  if (data !== null && state !== null && overlaps(keyPrefix(data), keyPrefix(state))) {
    add(has('watermark_path') ? 'watermark_path' : 'incremental_path', `${where} keeps data (${data}) and state (${state}) in one place`, 'Choose prefixes of which none lies in the other.');
  }
  return problems;
}

/** An empty prefix may hold the other one; two that are equal or nested may not. */
function overlaps(a: string, b: string): boolean {
  return a === b || (a !== '' && b.startsWith(a)) || (b !== '' && a.startsWith(b));
}

/** The lease store keeps no shorter lease: its times are whole seconds of the object store's clock. */
const MIN_TTL_MS = 5_000;

function checkLease(lease: MapNode): ConfigProblem[] {
  const ttl = textAt(lease, ['ttl']);
  const heartbeat = textAt(lease, ['heartbeat']);
  if (ttl === null || heartbeat === null || !isDuration(ttl) || !isDuration(heartbeat)) return [];
  const problem = (key: 'ttl' | 'heartbeat', sentence: string, remedy: string): ConfigProblem[] => [
    configProblem({ code: 'CONFIG_VALUE', at: placeAt(lease, [key], 'value'), path: `lease.${key}`, found: key === 'ttl' ? ttl : heartbeat, sentence, remedy }),
  ];
  if (durationMs(ttl) < MIN_TTL_MS) return problem('ttl', `lease.ttl (${ttl}) is less than 5s`, 'Make ttl at least 5s.');
  if (durationMs(heartbeat) * 3 <= durationMs(ttl)) return [];
  const key = nodeAt(lease, ['heartbeat'])?.origin.place === null ? 'ttl' : 'heartbeat';
  return problem(key, `lease.heartbeat (${heartbeat}) is more than a third of lease.ttl (${ttl})`, 'Make ttl at least three times heartbeat.');
}
