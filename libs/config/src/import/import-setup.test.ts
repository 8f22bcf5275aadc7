import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkFiles } from '../check-files.ts';
import { errorOf } from '../../test/problems-of.ts';
import { convertQuery } from './convert-query.ts';
import { importSetup, type ImportedSetup } from './import-setup.ts';
import type { OldFiles } from './old-files.ts';

const NOTHING: OldFiles = { connections: null, pipelines: new Map(), templates: new Map(), environments: new Map(), tables: null, redshiftKeys: null, columnMappings: [], env: null };
const file = (path: string, text: string) => ({ path, text });

const CONNECTIONS = file('old/connections.yml', `connections:
  sources:
    SHOP_RO:
      type: mysql
      host: mysql.example.com
      port: 3306
      database: sales
      username: "\${DB_USER}"
      password: "\${DB_SHOP_RO_PASSWORD}"
      connection_pool: { min_connections: 1, max_connections: 5, retry_attempts: 3 }
      ssh_tunnel: { enabled: true, host: bastion.example.com, port: 22, username: tunnel, private_key_path: ~/.ssh/id, local_port: 0 }
  targets:
    dw: { type: redshift, host: warehouse.example.com, database: analytics, schema: reporting, username: loader, password: plain-text }
s3_configs:
  s3_qa:
    bucket_name: example-staging
    region: eu-central-1
    incremental_path: incremental/
    high_watermark_key: watermark/tables/
    performance: { multipart_threshold: 104857600, max_concurrency: 10, retry_mode: legacy, max_bandwidth: 0 }
  s3_other: { bucket_name: example-other, region: eu-west-1 }
connection_settings: { default_timeout: 30, pool_recycle_time: 3600 }
`);

const PIPELINE = file('old/pipelines/us_shop.yml', `extends: fact
pipeline:
  name: shop pipeline
  description: The shop
  source: SHOP_RO
  target: dw
  version: "1.0"
  sync_frequency: daily
  processing: { strategy: sequential, batch_size: 50000, timeout_minutes: 60 }
  s3: { isolation_prefix: /shop/, partition_strategy: hybrid, compression: lz4 }
  cdc_settings: { default_strategy: hybrid, fallback_to_legacy: true }
tables:
  sales.orders:
    cdc_strategy: hybrid
    cdc_timestamp_column: updated_at
    cdc_id_column: id
    cdc_ordering: [updated_at, id]
    batch_size: 2000
    cdc_batch_size: 1000
    table_type: fact
    depends_on: [customers]
    notes: check twice
    validation: { max_null_percentage: 5 }
  sales.customers:
    table_type: bridge
  sales.rates:
    cdc_strategy: full_sync
    full_sync_mode: paginate
    full_name: sales.rates
  sales.events:
    full_sync_mode: append
`);

const OLD: OldFiles = {
  ...NOTHING,
  connections: CONNECTIONS,
  pipelines: new Map([['us_shop', PIPELINE]]),
  templates: new Map([['fact', file('old/templates/fact.yml', 'pipeline:\n  processing: { query_timeout_seconds: 120 }\n')]]),
  environments: new Map([['qa', file('old/environments/qa.yml', 'pipeline: { processing: { batch_size: 10 }, s3: { compression: gzip } }\nother: 1\n')]]),
  redshiftKeys: file('old/redshift_keys.json', JSON.stringify({ 'sales.orders': { distkey: 'id', sortkey: ['updated_at'], table_type: 'fact', owner: 'x' } })),
  columnMappings: [file('old/column_mappings/shop_ro_sales_orders.json', JSON.stringify({ table_name: 'SHOP_RO:sales.orders', mappings: { '190_time': 'col_190_time' }, total_columns: 3, mapped_columns: 1 }))],
};

const document = (imported: ImportedSetup, name: string): unknown => parse(imported.files.get(name)!);

describe('the files of the older tool', () => {
  const imported = importSetup(OLD);

  test('become a valid configuration', () => {
    expect([...imported.files.keys()]).toEqual(['connections.yml', 'templates/fact.yml', 'pipelines/us_shop.yml', 'environments/qa.yml', 'redshift_keys.json']);
    expect(checkFiles(imported.files, '/srv/config')).toEqual([]);
  });

  test('connections keep what has a counterpart', () => {
    expect(document(imported, 'connections.yml')).toMatchObject({
      connections: { sources: { SHOP_RO: { host: 'mysql.example.com', password: '${DB_SHOP_RO_PASSWORD}', connection_pool: { max_connections: 5 }, ssh_tunnel: { host: 'bastion.example.com', local_port: 0 } } }, targets: { dw: { schema: 'reporting' } } },
      s3_configs: { s3_qa: { bucket_name: 'example-staging', performance: { multipart_threshold: 104857600, max_concurrency: 10, retry_mode: 'standard' } } },
    });
  });

  test('a pipeline says what was implied: the first S3 configuration, append, the order of its tables', () => {
    expect(document(imported, 'pipelines/us_shop.yml')).toEqual({
      extends: 'fact',
      pipeline: {
        description: 'The shop', source: 'SHOP_RO', target: 'dw', version: '1.0', s3_config: 's3_qa',
        processing: { max_parallel_tables: 1, batch_size: 50_000, timeout_minutes: 60 }, s3: { isolation_prefix: 'shop/', partition_strategy: 'hybrid' }, cdc_settings: { default_strategy: 'hybrid' }, default_table_config: { load_mode: 'append' },
      },
      tables: {
        'sales.orders': { cdc_strategy: 'hybrid', cdc_timestamp_column: 'updated_at', cdc_id_column: 'id', table_type: 'fact', processing: { batch_size: 2000 }, depends_on: ['sales.customers'], metadata: { notes: 'check twice' }, load_mode: 'append', columns: { rename: { '190_time': 'col_190_time' } } },
        'sales.customers': { load_mode: 'append' },
        'sales.rates': { cdc_strategy: 'full_sync', load_mode: 'replace', resumable: true },
        'sales.events': { load_mode: 'append' },
      },
    });
  });

  test('every key that is not carried is told with its place and the reason', () => {
    expect(imported.notCarried.map(({ file: path, line, key, reason }) => `${path}:${line} ${key}: ${reason}`)).toMatchInlineSnapshot(`
      [
        "old/connections.yml:19 s3_configs.s3_qa.high_watermark_key: state lies below watermark_path, in documents of another form; watermark import takes the old ones over",
        "old/connections.yml:20 s3_configs.s3_qa.performance.max_bandwidth: there is no limit of bandwidth; max_concurrency limits what is sent at once",
        "old/connections.yml:22 connection_settings.default_timeout: connections have time limits of their own, in processing.query_timeout_seconds and ssh_tunnel.keepalive_seconds",
        "old/connections.yml:22 connection_settings.pool_recycle_time: connections have time limits of their own, in processing.query_timeout_seconds and ssh_tunnel.keepalive_seconds",
        "old/connections.yml:4 connections.sources.SHOP_RO.type: what a connection is follows from its place under sources or targets",
        "old/connections.yml:13 connections.targets.dw.type: what a connection is follows from its place under sources or targets",
        "old/pipelines/us_shop.yml:8 pipeline.sync_frequency: Tidemark schedules nothing; cron or an orchestrator does",
        "old/pipelines/us_shop.yml:10 pipeline.s3.compression: Redshift does not read it in Parquet; the default is snappy",
        "old/pipelines/us_shop.yml:11 pipeline.cdc_settings.fallback_to_legacy: there is one way to read",
        "old/pipelines/us_shop.yml:3 pipeline.name: the name has characters other than letters, digits, _ and -; -p takes us_shop",
        "old/pipelines/us_shop.yml:17 tables.sales.orders.cdc_ordering: the order follows from the strategy",
        "old/pipelines/us_shop.yml:19 tables.sales.orders.cdc_batch_size: another key says it otherwise",
        "old/pipelines/us_shop.yml:23 tables.sales.orders.validation.max_null_percentage: rows, files and ledger are counted against each other in every run; checks of contents are not made",
        "old/pipelines/us_shop.yml:25 tables.sales.customers.table_type: it is neither fact nor dimension",
        "old/pipelines/us_shop.yml:29 tables.sales.rates.full_name: the key of the table is its name",
        "old/pipelines/us_shop.yml:31 tables.sales.events.full_sync_mode: the table is not read whole",
        "old/environments/qa.yml:2 other: the older tool read only pipeline from an environment",
        "old/redshift_keys.json:null sales.orders.owner: Tidemark has no such key",
      ]
    `);
  });

  test('merge is proposed for each table that goes on adding rows, and a password in the file is told', () => {
    expect(imported.findings.map(({ message }) => message)).toEqual([
      'connections.targets.dw.password stands in the file as it is',
      'sales.orders goes on adding rows: load_mode: append, as before',
      'sales.customers goes on adding rows: load_mode: append, as before',
      'sales.events goes on adding rows: load_mode: append, as before',
    ]);
    expect(JSON.stringify(imported.findings)).not.toContain('plain-text');
  });
});

describe('no key is lost in between: without it something else comes out', () => {
  const without = (text: string, path: readonly string[]): string => {
    const document = parse(text) as Record<string, unknown>;
    const parent = path.slice(0, -1).reduce<Record<string, unknown>>((map, key) => map[key] as Record<string, unknown>, document);
    delete parent[path.at(-1)!];
    return stringify(document);
  };
  const leaves = (value: unknown, path: readonly string[] = []): string[][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key])) : [[...path]];
  const outcome = (connections: string, pipeline: string): string => {
    const { files, notCarried, findings } = importSetup({ ...OLD, connections: file('c', connections), pipelines: new Map([['us_shop', file('p', pipeline)]]) });
    return JSON.stringify([[...files], notCarried.map(({ key, reason }) => [key, reason]), findings]);
  };
  const all = outcome(CONNECTIONS.text, PIPELINE.text);

  test.each(leaves(parse(CONNECTIONS.text)).map((path) => [path.join('.'), path] as const))('connections.yml: %s', (_name, path) => {
    expect(outcome(without(CONNECTIONS.text, path), PIPELINE.text)).not.toBe(all);
  });

  test.each(leaves(parse(PIPELINE.text)).map((path) => [path.join('.'), path] as const))('a pipeline: %s', (_name, path) => {
    expect(outcome(CONNECTIONS.text, without(PIPELINE.text, path))).not.toBe(all);
  });
});

describe('older shapes', () => {
  test('one s3 section', () => {
    const imported = importSetup({ ...OLD, connections: file('old/connections.yml', CONNECTIONS.text.replace(/s3_configs:[^]*(?=connection_settings)/, 's3: { bucket_name: example-one, region: eu-central-1 }\n')) });
    expect(document(imported, 'connections.yml')).toMatchObject({ s3_configs: { default: { bucket_name: 'example-one' } } });
    expect(document(imported, 'pipelines/us_shop.yml')).toMatchObject({ pipeline: { s3_config: 'default' } });
  });

  test('conf/tables.yml and a .env', () => {
    const env = file('old/.env', 'DB_HOST=mysql.example.com\nDB_USER=u\nDB_PASSWORD=p\nDB_DATABASE=sales\nREDSHIFT_HOST=h\nREDSHIFT_USER=u\nREDSHIFT_PASSWORD=p\nREDSHIFT_DATABASE=d\nS3_BUCKET_NAME=example-staging\nS3_REGION=eu-central-1\n');
    const tables = file('old/conf/tables.yml', 'tables:\n  - { name: sales.orders, cdc_strategy: hybrid, cdc_timestamp_column: updated_at, cdc_id_column: id }\n  - { name: orders }\n');
    const imported = importSetup({ ...NOTHING, env, tables });
    expect(document(imported, 'pipelines/default.yml')).toEqual({ pipeline: { source: 'default', target: 'default', s3_config: 'default' }, tables: { 'sales.orders': { cdc_strategy: 'hybrid', cdc_timestamp_column: 'updated_at', cdc_id_column: 'id', load_mode: 'append' } } });
    expect(imported.notCarried.map(({ key, reason }) => [key, reason])).toEqual([['tables.orders', 'it is not schema.table']]);
    expect(checkFiles(imported.files, '/srv/config', env)).toEqual([]);
  });

  test('nothing to import, and files that are none', () => {
    expect(errorOf(() => importSetup(NOTHING)).code).toBe('CONFIG_MISSING');
    expect(errorOf(() => importSetup({ ...OLD, pipelines: new Map([['x', file('old/pipelines/x.yml', 'a: [')]]), redshiftKeys: file('old/redshift_keys.json', 'no') })).details['problems']).toHaveLength(2);
  });
});

describe('the query of a table', () => {
  const BY_TIME = { timestamp: 'updated_at', id: 'id' };
  const BY_ID = { timestamp: null, id: 'id' };
  const NO_CURSOR = { timestamp: null, id: null };

  test.each([
    ['SELECT * FROM {table_name} WHERE updated_at > \'{last_timestamp}\' AND id > {last_id} ORDER BY id LIMIT {limit};', BY_TIME, 'SELECT * FROM (\nSELECT * FROM `sales`.`orders` WHERE updated_at > :last_timestamp AND id > :last_id ORDER BY id\n) AS imported WHERE `updated_at` >= :last_timestamp AND `updated_at` < :until_timestamp'],
    ['SELECT * FROM `{table_name}` WHERE id > "{last_id}"', BY_ID, 'SELECT * FROM (\nSELECT * FROM `sales`.`orders` WHERE id > :last_id\n) AS imported WHERE `id` >= :last_id AND `id` <= :until_id'],
  ])('gets parameters, and an end: %s', (query, cursor, text) => {
    expect(convertQuery(query, 'sales.orders', cursor)).toEqual({ text, unknown: [], isBounded: true });
  });

  test.each([
    ['a brace that nobody knows', 'SELECT \'{last_id}\', {other}', BY_TIME, 'SELECT :last_id, {other}', ['{other}']],
    ['a brace in the middle of a text', 'SELECT * FROM {table_name} WHERE t > \'{last_timestamp} 00:00\'', BY_TIME, 'SELECT * FROM `sales`.`orders` WHERE t > \'{last_timestamp} 00:00\'', ['{last_timestamp}']],
    ['a LIMIT of its own', 'SELECT * FROM {table_name} WHERE id > {last_id} LIMIT 100', BY_ID, 'SELECT * FROM `sales`.`orders` WHERE id > :last_id LIMIT 100', []],
    ['no cursor', 'SELECT * FROM {table_name} LIMIT {limit}', NO_CURSOR, 'SELECT * FROM `sales`.`orders` LIMIT :limit', []],
  ])('gets no end around it: %s', (_name, query, cursor, text, unknown) => {
    expect(convertQuery(query, 'sales.orders', cursor)).toEqual({ text, unknown, isBounded: false });
  });

  test('is valid afterwards, and what is missing is told', () => {
    const tables = `pipeline:
  source: SHOP_RO
  target: dw
  default_table_config: { custom_query: SELECT 1, cdc_strategy: custom_sql }
tables:
  sales.open: { custom_query: "SELECT * FROM {table_name} WHERE updated_at > '{last_timestamp}' LIMIT {limit}", cdc_timestamp_column: updated_at }
  sales.fixed: { custom_query: "SELECT * FROM {table_name} LIMIT 10 -- {when}" }
  sales.none: {}
  sales.other: { cdc_strategy: hybrid, custom_query: "SELECT 1" }
`;
    const imported = importSetup({ ...OLD, columnMappings: [], pipelines: new Map([['us_shop', file('p', tables)]]) });
    expect(checkFiles(imported.files, '/srv/config').map(({ path, found }) => [path, found])).toEqual([['tables.sales.none.cdc_strategy', 'custom_sql']]);
    expect(imported.notCarried.filter(({ file: path }) => path === 'p').map(({ key, reason }) => `${key}: ${reason}`)).toEqual([
      'pipeline.default_table_config.custom_query: a query belongs to single tables',
      'tables.sales.other.custom_query: the strategy is hybrid, which reads the table itself',
    ]);
    expect(imported.findings.map(({ severity, message }) => `${severity} ${message}`).filter((text) => text.includes('query'))).toEqual([
      'info tables.sales.open.custom_query got a begin and an end around it',
      'warning tables.sales.fixed.custom_query has {when}, which cannot be taken over',
      'warning tables.sales.fixed.custom_query has no end, and a run refuses it so',
      'warning tables.sales.none.cdc_strategy is custom_sql, and there is no custom_query',
    ]);
  });
});

test('choices that are none are told, and what is written validates', () => {
  const text = `pipeline:
  source: SHOP_RO
  target: dw
  s3: { partition_strategy: weekly }
  cdc_settings: { default_strategy: newest }
tables:
  sales.a: { cdc_strategy: magic, timestamp_format: iso }
  sales.b: { cdc_strategy: full_sync, full_sync_mode: append, timestamp_format: unix }
  sales.c: { cdc_strategy: full_sync, full_sync_mode: some }
`;
  const imported = importSetup({ ...OLD, columnMappings: [], pipelines: new Map([['us_shop', file('p', text)]]) });
  expect(checkFiles(imported.files, '/srv/config')).toEqual([]);
  expect(document(imported, 'pipelines/us_shop.yml')).toMatchObject({
    tables: { 'sales.a': { load_mode: 'append' }, 'sales.b': { cdc_strategy: 'full_sync', load_mode: 'merge', timestamp_format: 'unix' }, 'sales.c': { cdc_strategy: 'full_sync', load_mode: 'merge' } },
  });
  expect(imported.notCarried.filter(({ file: path }) => path === 'p').map(({ key, reason }) => `${key}: ${reason}`)).toEqual([
    'pipeline.s3.partition_strategy: it is none of table, datetime, hybrid',
    'pipeline.cdc_settings.default_strategy: it is none of hybrid, timestamp_only, id_only, full_sync, custom_sql',
    'tables.sales.a.cdc_strategy: it is none of hybrid, timestamp_only, id_only, full_sync, custom_sql',
    'tables.sales.a.timestamp_format: it is none of datetime, unix, auto',
    'tables.sales.b.full_sync_mode: a table that is read whole is not appended; it is merged, which removes nothing',
    'tables.sales.c.full_sync_mode: it is none of replace, paginate and append',
  ]);
});

test('what has not the shape that is expected is told too', () => {
  const imported = importSetup({
    ...OLD,
    connections: file('c', 'connections: { sources: { SHOP_RO: { host: mysql.example.com, database: sales, username: u, password: "${DB_P}" }, EMPTY: }, targets: { dw: { host: h, database: d, username: u, password: "${DB_P}" } }, proxies: { a: 1 } }\ns3: { bucket_name: example-one, region: eu-central-1 }\n'),
    pipelines: new Map(), columnMappings: [], redshiftKeys: null, environments: new Map(),
    tables: file('t', 'tables: [{ name: sales.orders }, { cdc_strategy: hybrid }, sales.text]\nother: 1\n'),
  });
  expect(imported.notCarried.map(({ key, reason }) => `${key}: ${reason}`)).toEqual([
    'connections.proxies.a: connections are sources or targets', 'connections.sources.EMPTY: it is not a map', 'other: it says nothing to Tidemark at the top of a file', 'tables.1: it has no name', 'tables.2: it has no name',
  ]);
});
