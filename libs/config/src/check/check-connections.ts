import type { ConfigModel } from '../layers/config-model.ts';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { durationMs, isDuration } from '../resolve/duration.ts';
import { keyPrefix } from '../resolve/key-prefix.ts';
import { REQUIRED_CONNECTION_KEYS, REQUIRED_TUNNEL_KEYS } from '../resolve/resolve-connection.ts';
import { REQUIRED_S3_KEYS } from '../resolve/resolve-s3.ts';
import { mapAt, nodeAt, placeAt, type MapNode } from '../tree/config-node.ts';
import { textAt } from './scalar-at.ts';

/** What a schema of single files cannot say about sources, targets, S3 configurations and the lease. */
export function checkConnections(model: ConfigModel): ConfigProblem[] {
  const connections = [['connections.sources', model.sources], ['connections.targets', model.targets]] as const;
  return [
    ...connections.flatMap(([path, set]) => names(set).flatMap((name) => [...missing(set, path, [name], REQUIRED_CONNECTION_KEYS), ...checkTunnel(set, path, name)])),
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

function checkTunnel(set: MapNode, prefix: string, name: string): ConfigProblem[] {
  const path = [name, 'ssh_tunnel'];
  const tunnel = mapAt(set, path);
  if (nodeAt(set, path) === undefined || textAt(tunnel, ['enabled']) === 'false') return [];
  const problems = missing(set, prefix, path, REQUIRED_TUNNEL_KEYS);
  const has = (key: string) => tunnel.entries.has(key);
  const where = `${prefix}.${name}.ssh_tunnel`;
  if (!has('private_key_path') && !has('password') && textAt(tunnel, ['agent']) !== 'true') {
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
