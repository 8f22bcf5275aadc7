import { Secret } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { configTexts } from '../test/config-texts.ts';
import { buildConfig } from './build-config.ts';
import { ANNOTATION_KEYS } from './schema/annotations.ts';
import { FILE_SCHEMAS, type FileKind } from './schema/file-kinds.ts';
import { leafPaths } from './schema/schema-at.ts';

type Value = string | number | boolean | readonly string[] | { readonly [key: string]: Value };
type Pair = readonly [Value, Value] | readonly [Value];

const SSH_HOST: Readonly<Record<string, Pair>> = {
  host: ['bastion', 'other'], port: [22, 23], username: ['t', 'u'], private_key_path: ['k', 'l'], passphrase: ['p', 'q'], password: ['p', 'q'], agent: [true, false],
  known_hosts_path: ['h', 'i'], host_key_sha256: [`SHA256:${'a'.repeat(43)}`, `SHA256:${'b'.repeat(43)}`],
};
const TUNNEL: Readonly<Record<string, Pair>> = {
  enabled: [true, false], ...SSH_HOST, local_port: [0, 1], keepalive_seconds: [15, 16], ...below('jump.0', SSH_HOST),
};
const CONNECTION: Readonly<Record<string, Pair>> = {
  host: ['db', 'other'], port: [1, 2], database: ['a', 'b'], username: ['a', 'b'], password: ['a', 'b'], 'tls.mode': ['disabled', 'required'], 'tls.ca_file': ['a.pem', 'b.pem'], ...below('ssh_tunnel', TUNNEL),
  'connection_pool.min_connections': [0, 1], 'connection_pool.max_connections': [1, 2], 'connection_pool.retry_attempts': [1, 2],
};
const CONNECTION_SETS: Readonly<Record<string, Pair>> = {
  ...below('sources.*', { ...CONNECTION, cursor_time_zone: ['UTC', 'Europe/Berlin'], auth: ['password', 'iam'], region: ['a', 'b'] }),
  ...below('targets.*', { ...CONNECTION, auth: ['password', 'iam'], region: ['a', 'b'], cluster_identifier: ['a', 'b'], workgroup_name: ['aaa', 'bbb'], schema: ['a', 'b'], work_schema: ['a', 'b'], iam_role: ['default', 'arn:aws:iam::123456789012:role/copy'], query_group: ['a', 'b'] }),
};
const S3: Readonly<Record<string, Pair>> = {
  bucket_name: ['aaa', 'bbb'], region: ['a', 'b'], endpoint: ['https://a', 'https://b'], force_path_style: [true, false], access_key_id: ['a', 'b'], secret_access_key: ['a', 'b'], session_token: ['a', 'b'], incremental_path: ['a', 'b'], watermark_path: ['c', 'd'],
  'performance.multipart_threshold': [1, 2], 'performance.multipart_chunksize': [5_242_880, 5_242_881], 'performance.max_concurrency': [1, 2], 'performance.max_pool_connections': [1, 2], 'performance.retry_max_attempts': [1, 2], 'performance.retry_mode': ['standard', 'adaptive'],
};
const PROCESSING: Readonly<Record<string, Pair>> = { batch_size: [1, 2], batch_max_mb: [1, 2], target_file_mb: [1, 2], max_rows_per_file: [1, 2], encode_in_thread: [true, false], load_target_mb: [1, 2], query_timeout_seconds: [1, 2] };
const TYPES: Readonly<Record<string, Pair>> = {
  zero_date: ['fail', 'to_null'], tinyint1: ['smallint', 'boolean'], bit1: ['boolean', 'smallint'], time: ['varchar', 'bigint_micros'], decimal_over_38: ['varchar', 'narrow'], oversize_string: ['fail', 'truncate'],
  oversize_binary: ['fail', 'to_null'], invalid_utf8: ['fail', 'replace'], nul_byte: ['fail', 'strip'], json: ['varchar', 'super'], binary: ['hex', 'varbyte'], geometry: ['fail', 'wkt'],
};
const SCD2: Readonly<Record<string, Pair>> = {
  keys: [['a'], ['b']], tracked: [['a'], ['b']], effective: ['cursor', 'snapshot'], first_valid_from: ['effective', '1900-01-01'], expire_missing: [true, false], max_expire_percent: [1, 2], ...below('columns', { key: ['a', 'b'], from: ['a', 'b'], to: ['a', 'b'], current: ['a', 'b'], hash: ['a', 'b'] }),
};
const TABLE_DEFAULTS: Readonly<Record<string, Pair>> = {
  cdc_strategy: ['hybrid', 'id_only'], timestamp_format: ['datetime', 'unix'], id_lookback: [1, 2], custom_query: ['a', 'b'], resumable: [true, false], cdc_timestamp_column: ['a', 'b'], cdc_id_column: ['a', 'b'], lag: ['1s', '2s'], lookback: [0, '2s'], late_commits: ['guard', 'accept'], null_cursor: ['include', 'exclude'], additional_where: ['a', 'b'],
  'columns.include': [['a'], ['b']], 'columns.exclude': [['a'], ['b']], 'columns.rename.*': ['a', 'b'], 'columns.hash': [['a'], ['b']], 'columns.mask.*': ['keep_last_4', 'redact'], ...below('columns.policy.*', TYPES), 'quarantine.max_rows': [1, 2], table_type: ['fact', 'dimension'], optimizer: ['propose', 'apply'],
  schema_contract: ['evolve', 'freeze'], evolve_backfill: ['stop', 'auto'], load_mode: ['merge', 'append'], merge_keys: [['a'], ['b']], swap: ['delete_insert', 'rename'], ...below('scd2', SCD2), pre_sql: [['SELECT 1'], ['SELECT 2']], post_sql: [['SELECT 1'], ['SELECT 2']], analyze: ['never', 'auto'], ...below('types', TYPES), ...below('processing', PROCESSING),
};
const TABLES = below('*', { ...TABLE_DEFAULTS, target_name: ['a', 'b'], depends_on: [['d.t2'], ['d.t3']] });
const PIPELINE_PROCESSING: Readonly<Record<string, Pair>> = { ...PROCESSING, max_parallel_tables: [1, 2], timeout_minutes: [1, 2] };
const SHARED: Readonly<Record<string, Pair>> = {
  target_schema: ['a', 'b'], s3_config: ['one', 'two'], strict_tables: [true, false], ...below('processing', PIPELINE_PROCESSING), 's3.isolation_prefix': ['a', 'b'], 's3.partition_strategy': ['table', 'hybrid'], 's3.compression': ['gzip', 'zstd'], 's3.retention': ['1d', '2d'],
  'completion_markers.bucket': ['aaa', 'bbb'], 'completion_markers.prefix': ['m', 'n'],
  'cdc_settings.default_strategy': ['hybrid', 'full_sync'], ...below('default_table_config', TABLE_DEFAULTS),
};
const CONNECTED: Readonly<Record<string, Pair>> = { source: ['ONE', 'TWO'], target: ['one', 'two'] };

/** Two values for every key of every file; a key with one allowed value has one. */
const VALUES: Readonly<Record<FileKind, Readonly<Record<string, Pair>>>> = {
  connections: { ...below('connections', CONNECTION_SETS), ...below('s3_configs.*', S3), 'lease.ttl': ['60s', '70s'], 'lease.heartbeat': ['1s', '2s'], 'lease.wait': ['1s', '2s'], env_allow: [['ACME_'], ['OTHER_']] },
  pipeline: { extends: ['one', 'two'], ...below('pipeline', { name: ['x', 'y'], ...CONNECTED, ...SHARED }), ...below('tables', TABLES) },
  template: { extends: ['one', 'two'], ...below('pipeline', SHARED), ...below('tables', TABLES) },
  tables: { pipelines: [['shop'], ['other']], ...below('tables', TABLES) },
  environment: { ...below('connections', CONNECTION_SETS), ...below('s3_configs.*', S3), ...below('pipeline', { ...CONNECTED, ...SHARED }), ...below('pipelines.*.pipeline', { ...CONNECTED, ...SHARED }), ...below('pipelines.*.tables', TABLES) },
};

const CONNECTIONS_BASE = {
  connections: {
    sources: { ONE: { host: 'h', database: 'd', username: 'u', password: 'p' }, TWO: { host: 'i', database: 'd', username: 'u', password: 'p' } },
    targets: { one: { host: 'h', database: 'd', username: 'u', password: 'p' }, two: { host: 'i', database: 'd', username: 'u', password: 'p' } },
  },
  s3_configs: { one: { bucket_name: 'one', region: 'r' }, two: { bucket_name: 'two', region: 'r' } },
};
const PIPELINE_BASE = { pipeline: { source: 'ONE', target: 'one', s3_config: 'one' }, tables: { 'd.t': {}, 'd.t2': {}, 'd.t3': {} } };
/** What a key needs beside it. */
const BESIDE: readonly (readonly [RegExp, Readonly<Record<string, Value>>])[] = [
  [/\.id_lookback$/, { cdc_strategy: 'id_only' }],
  [/\.custom_query$/, { cdc_strategy: 'custom_sql' }],
  [/\.resumable$/, { cdc_strategy: 'full_sync' }],
  [/ssh_tunnel\.(?!password|agent)/, { host: 'bastion', username: 't', private_key_path: 'k' }],
  [/ssh_tunnel\.(password|agent)$/, { host: 'bastion', username: 't', password: 'p', private_key_path: 'k' }],
  [/jump\.0\./, { host: 'hop', username: 't', private_key_path: 'k' }],
  [/sources\.\*\.(auth|region)$/, { auth: 'iam', region: 'r', tls: { mode: 'required' } }],
  [/targets\.\*\.(auth|region|cluster_identifier)$/, { auth: 'iam', region: 'r', cluster_identifier: 'c' }],
  [/targets\.\*\.workgroup_name$/, { auth: 'iam_serverless', region: 'r' }],
  [/completion_markers\.prefix$/, { bucket: 'aaa' }],
  [/\.(access_key_id|secret_access_key|session_token)$/, { access_key_id: 'x', secret_access_key: 'y' }],
];

describe('every key of every schema changes what is resolved', () => {
  for (const kind of Object.keys(FILE_SCHEMAS) as FileKind[]) {
    const leaves = leafPaths(FILE_SCHEMAS[kind], ANNOTATION_KEYS).map((path) => path.join('.'));

    test(`${kind}: the table of values names every key`, () => {
      expect(Object.keys(VALUES[kind]).sort()).toEqual(leaves.sort());
    });

    test.each(Object.entries(VALUES[kind]))(`${kind}: %s`, (path, [first, second]) => {
      const one = outcome(kind, path, first);
      expect(one).not.toMatch(/^error/);
      // With one allowed value the other is refused, so the key is read by the check of its value and its value is the result's.
      const two = outcome(kind, path, second ?? 'other');
      if (second === undefined) expect(two).toMatch(/^error CONFIG_VALUE/);
      else expect(two).not.toMatch(/^error/);
      expect(two).not.toBe(one);
    });
  }
});

function below(prefix: string, values: Readonly<Record<string, Pair>>): Record<string, Pair> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value]));
}

/** All that can be asked of the configuration in which one key has this value, secrets included; or its error. */
function outcome(kind: FileKind, path: string, value: Value): string {
  const names: Readonly<Record<string, string>> = { sources: 'ONE', targets: 'one', s3_configs: 'one', tables: 'd.t', pipelines: 'shop', rename: 'c' };
  const keys = path.split('.').map((key, index, all) => (key === '*' ? names[all[index - 1]!]! : key));
  const document: Record<string, unknown> = structuredClone(kind === 'connections' ? CONNECTIONS_BASE : kind === 'pipeline' ? PIPELINE_BASE : kind === 'tables' ? { tables: { 'd.t': {} } } : {});
  put(document, keys, value);
  for (const [pattern, beside] of BESIDE) {
    // A server on the way needs the tunnel that it leads to.
    if (path.includes('.jump.') && String(pattern).includes('ssh_tunnel')) for (const [key, needed] of Object.entries(beside)) put(document, [...keys.slice(0, -3), key], needed);
    else if (pattern.test(path)) for (const [key, needed] of Object.entries(beside)) if (keys.at(-1) !== key) put(document, [...keys.slice(0, -1), key], needed);
  }
  if (path === 'env_allow') put(document, ['connections', 'targets', 'two', 'username'], '${ACME_VALUE}');
  if (kind === 'tables' && path === 'pipelines') put(document, ['tables', 'd.extra', 'lag'], '1s');
  const files: Record<string, unknown> = {
    'connections.yml': CONNECTIONS_BASE,
    'pipelines/shop.yml': kind === 'template' ? { extends: 'tested', ...PIPELINE_BASE, pipeline: { source: 'ONE', target: 'one', ...(path === 'pipeline.s3_config' ? {} : { s3_config: 'one' }) } } : PIPELINE_BASE,
    'pipelines/other.yml': { pipeline: { source: 'TWO', target: 'two', s3_config: 'two' } },
    'templates/one.yml': { pipeline: { default_table_config: { lag: '1s' } } },
    'templates/two.yml': { pipeline: { default_table_config: { lag: '2s' } } },
  };
  const file = { connections: 'connections.yml', pipeline: 'pipelines/shop.yml', template: 'templates/tested.yml', tables: 'tables/t.yml', environment: 'environments/test.yml' }[kind];
  files[file] = document;
  const texts = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, JSON.stringify(content)]));
  try {
    const config = buildConfig(configTexts(texts, { variables: { ACME_VALUE: 'acme' }, ...(kind === 'environment' ? { environment: 'test' } : {}) }));
    return revealed([config.outlines, config.pipelines.map((name) => tryGet(() => [config.pipeline(name), config.pipeline(name).table('d.u')])), ...[config.sources, config.targets, config.s3Configs].map((set) => set.names.map((name) => tryGet(() => set.get(name))))]);
  } catch (error) {
    return `error ${(error as { code?: string }).code} ${(error as Error).message}`;
  }
}

function tryGet(get: () => unknown): unknown {
  try {
    return get();
  } catch (error) {
    return (error as Error).message;
  }
}

function put(document: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  let at = document;
  for (const [index, key] of keys.slice(0, -1).entries()) at = (at[key] ??= keys[index + 1] === '0' ? [] : {}) as Record<string, unknown>;
  at[keys.at(-1)!] = value;
}

/** JSON with what is inside secrets; without file positions, which differ anyway. */
function revealed(value: unknown): string {
  const open = (part: unknown): unknown => {
    if (part instanceof Secret) return `secret:${part.reveal()}`;
    if (Array.isArray(part)) return part.map(open);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).filter(([key]) => key !== 'origins').map(([key, member]) => [key, open(member)]));
  };
  return JSON.stringify(open(value));
}
