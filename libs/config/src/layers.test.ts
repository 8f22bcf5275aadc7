import { describe, expect, test } from 'vitest';
import { configTexts, CONNECTIONS, PIPELINE } from '../test/config-texts.ts';
import { errorOf } from '../test/problems-of.ts';
import { buildConfig } from './build-config.ts';
import type { ConfigFlags } from './config-texts.ts';

/** One value in each layer, from the lowest to the highest; each test takes them away from the top. */
const LAYERS: Readonly<Record<string, string>> = {
  'templates/base.yml': 'pipeline:\n  default_table_config: { lag: 1s, cdc_id_column: base }\n  s3: { compression: gzip }\n',
  'templates/fact.yml': 'extends: base\npipeline:\n  default_table_config: { lag: 2s }\n  s3: { compression: zstd }\n',
  'pipelines/shop.yml': 'extends: fact\npipeline:\n  source: SHOP_RO\n  target: dw\n  s3: { compression: snappy }\ntables:\n  sales.orders: { lag: 3s, merge_keys: [a, b] }\n',
  'tables/orders.yml': 'tables:\n  sales.orders: { lag: 4s, merge_keys: [c] }\n',
  'environments/test.yml': 'pipeline:\n  s3: { compression: uncompressed }\npipelines:\n  shop:\n    tables:\n      sales.orders: { lag: 5s }\n',
};

function load(files: Readonly<Record<string, string>>, environment?: string) {
  return buildConfig(configTexts(files, environment === undefined ? {} : { environment }));
}

function without(...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(LAYERS).filter(([name]) => !names.includes(name)));
}

describe('precedence', () => {
  test('each layer beats those below it', () => {
    const lag = (files: Readonly<Record<string, string>>, environment?: string) => load(files, environment).pipeline('shop')
      .tables.map(({ reading }) => ('lagMs' in reading ? reading.lagMs : null))[0];
    expect(lag(LAYERS, 'test')).toBe(5000);
    expect(lag(LAYERS)).toBe(4000);
    expect(lag(without('tables/orders.yml'))).toBe(3000);
    expect(lag({ ...without('tables/orders.yml'), 'pipelines/shop.yml': LAYERS['pipelines/shop.yml']!.replace('lag: 3s, ', '') })).toBe(2000);
    expect(lag({ ...without('tables/orders.yml'), 'pipelines/shop.yml': LAYERS['pipelines/shop.yml']!.replace('lag: 3s, ', ''), 'templates/fact.yml': 'extends: base\n' })).toBe(1000);
    expect(lag({})).toBe(5000);
  });

  test('maps are merged, lists are replaced', () => {
    const [table] = load(LAYERS).pipeline('shop').tables;
    expect(table!.reading).toMatchObject({ idColumn: 'base' });
    expect(table!.mergeKeys).toEqual(['c']);
  });

  test('an environment reaches connections, S3 configurations, all pipelines and single ones', () => {
    const environment = 'connections:\n  targets:\n    dw: { host: test.example.com }\ns3_configs:\n  s3_main: { bucket_name: example-test }\npipeline:\n  target_schema: test_all\npipelines:\n  b:\n    pipeline: { target_schema: test_b }\n';
    const config = load({ 'pipelines/a.yml': PIPELINE, 'pipelines/b.yml': PIPELINE, 'environments/test.yml': environment }, 'test');
    const a = config.pipeline('a');
    expect([a.target.host, a.target.database, a.s3.bucket, a.s3.region]).toEqual(['test.example.com', 'analytics', 'example-test', 'eu-central-1']);
    expect([a.tables[0]!.targetSchema, config.pipeline('b').tables[0]!.targetSchema]).toEqual(['test_all', 'test_b']);
    expect(config.environment).toBe('test');
  });

  test('flags beat all', () => {
    const flags: ConfigFlags = { batchSize: 7, targetSchema: 'Flagged', sourceDb: 'sales_copy' };
    const pipeline = load({}).pipeline('shop', flags);
    expect(pipeline.source.database).toBe('sales_copy');
    expect(pipeline.tables.map(({ name, scopedName, targetSchema, targetTable, processing }) => [name, scopedName, targetSchema, targetTable, processing.batchSize])).toEqual([
      ['sales_copy.orders', 'SHOP_RO:sales_copy.orders', 'flagged', 'orders', 7],
    ]);
    expect([pipeline.table('sales.orders'), pipeline.table('sales_copy.orders')].map(({ name, isListed }) => [name, isListed])).toEqual([['sales_copy.orders', true], ['sales_copy.orders', true]]);
    expect(pipeline.table('sales.refunds').scopedName).toBe('SHOP_RO:sales_copy.refunds');
    expect(pipeline.table('archive.refunds').scopedName).toBe('SHOP_RO:archive.refunds');
    expect(pipeline.origins.batchSize).toEqual({ layer: 'flag', file: null, line: null });
  });
});

test('--source-db that makes two tables one is refused', () => {
  const config = load({ 'pipelines/shop.yml': `${PIPELINE}  copy.orders: { target_name: copied }\n` });
  expect(errorOf(() => config.pipeline('shop', { sourceDb: 'copy' })).message).toBe('with the source database copy the pipeline lists SHOP_RO:copy.orders twice');
});

describe('batch size: flag > table > tables file > pipeline > default', () => {
  const size = (table: string, tablesFile: string, pipelineSize: string, flags: ConfigFlags = {}) =>
    load({
      'pipelines/shop.yml': `pipeline: { source: SHOP_RO, target: dw, ${pipelineSize} }\ntables:\n  sales.orders: { ${table} }\n`,
      ...(tablesFile === '' ? {} : { 'tables/t.yml': `tables:\n  sales.orders: { lag: 9s, ${tablesFile} }\n` }),
    }).pipeline('shop', flags).tables[0]!;
  const rows = (count: number) => `processing: { batch_size: ${count} }`;

  test('in this order', () => {
    expect(size(rows(2), rows(3), rows(4), { batchSize: 1 }).processing.batchSize).toBe(1);
    expect(size(rows(2), rows(3), rows(4)).processing.batchSize).toBe(2);
    expect(size('', rows(3), rows(4)).processing.batchSize).toBe(3);
    expect(size('', '', rows(4)).processing.batchSize).toBe(4);
    expect(size('', '', '').processing.batchSize).toBe(1_000_000);
  });

  test('other values of the tables file still win', () => {
    const table = size(`lag: 1s, ${rows(2)}`, rows(3), rows(4));
    expect(table).toMatchObject({ reading: { lagMs: 9000 }, processing: { batchSize: 2 } });
  });
});

describe('tables files', () => {
  test('with pipelines: the table is added to these, by identity or alias', () => {
    const named = PIPELINE.replace('pipeline:\n', 'pipeline:\n  name: second\n  target_schema: other\n');
    const config = load({ 'pipelines/a.yml': PIPELINE, 'pipelines/b.yml': named, 'tables/t.yml': 'pipelines: [second]\ntables:\n  sales.items: { lag: 1s }\n' });
    expect(config.outlines.map(({ identity, tables }) => [identity, tables])).toEqual([['a', ['sales.orders']], ['b', ['sales.orders', 'sales.items']]]);
  });

  test('without pipelines: the settings hold where the table is listed, and where it runs unlisted', () => {
    const config = load({ 'pipelines/a.yml': PIPELINE, 'pipelines/b.yml': 'pipeline: { source: SHOP_RO, target: dw }\n', 'tables/t.yml': 'tables:\n  sales.orders: { lag: 1s }\n' });
    expect(config.pipeline('a').tables[0]!.reading).toMatchObject({ lagMs: 1000 });
    expect(config.pipeline('b').tables).toEqual([]);
    expect(config.pipeline('b').table('sales.orders')).toMatchObject({ reading: { lagMs: 1000 }, isListed: false });
  });
});

describe('defaults', () => {
  test('of a pipeline with the least said', () => {
    const pipeline = load({}).pipeline('shop');
    expect(pipeline).toMatchObject({
      identity: 'shop', alias: null, file: 'config/pipelines/shop.yml', isolationPrefix: '', partitionStrategy: 'table', compression: 'snappy', isStrict: false, maxParallelTables: 2, timeoutMs: 0, retentionMs: 2_592_000_000, completionMarkers: null,
      lease: { ttlMs: 60_000, heartbeatMs: 15_000, waitMs: 0 },
      source: { port: 3306, cursorTimeZone: 'UTC', tls: { mode: 'preferred', caFile: null }, tunnel: null },
      target: { port: 5439, schema: 'public', workSchema: 'public', tls: { mode: 'verify-full', caFile: null }, tunnel: null, iamRole: null, queryGroup: null },
      s3: { name: 's3_main', endpoint: null, forcePathStyle: false, credentials: null, incrementalPath: 'incremental/', watermarkPath: 'watermark/' },
    });
    expect(pipeline.tables).toEqual([
      {
        name: 'sales.orders', scopedName: 'SHOP_RO:sales.orders', isListed: true,
        reading: { strategy: 'hybrid', timestampColumn: null, idColumn: null, timestampFormat: 'datetime', lagMs: 5000, lookbackMs: null, lateCommits: 'lookback', nullCursor: 'fail', additionalWhere: null },
        includeColumns: null, excludeColumns: [], hashColumns: [], maskColumns: {}, columnPolicies: {}, quarantineMaxRows: 0,
        loadMode: null, mergeKeys: null, swap: 'delete_insert', preSql: [], postSql: [], analyze: 'never',
        scd2: { keys: null, tracked: null, effective: 'cursor', firstValidFrom: null, expireMissing: false, maxExpirePercent: 5, columns: { key: 'sk', from: 'valid_from', to: 'valid_to', current: 'is_current', hash: 'row_hash' } }, redshiftKeys: null, tableType: null, optimizer: 'propose', renameColumns: {}, schemaContract: 'evolve', evolveBackfill: 'stop', targetSchema: 'public', targetTable: 'orders',
        types: { zeroDate: 'fail', invalidUtf8: 'fail', nulByte: 'fail', oversizeString: 'fail', oversizeBinary: 'fail', tinyint1: 'smallint', bit1: 'boolean', time: 'varchar', decimalOver38: 'varchar', binary: 'hex', json: 'varchar', geometry: 'fail' },
        processing: { batchSize: 1_000_000, batchMaxBytes: 1_073_741_824, targetFileBytes: 67_108_864, maxFileRows: null, encodeInThread: false, loadTargetBytes: 1_073_741_824, queryTimeoutMs: 90_000 },
        dependsOn: [],
      },
    ]);
  });

  test('of a tunnel, and paths from the configuration directory', () => {
    const tunnel = 'ssh_tunnel: { host: bastion.example.com, username: tunnel, private_key_path: keys/id }\n      tls: { ca_file: ~/ca.pem }\n';
    const config = load({ 'connections.yml': CONNECTIONS.replace('      database: sales\n', `      database: sales\n      ${tunnel}`) });
    expect(config.sources.get('SHOP_RO').tls.caFile).toBe('/home/anna/ca.pem');
    expect(config.sources.get('SHOP_RO').tunnel).toEqual({
      host: 'bastion.example.com', port: 22, username: 'tunnel', privateKeyPath: '/srv/shop/config/keys/id', passphrase: null, password: null, useAgent: false,
      knownHostsPath: '/home/anna/.ssh/known_hosts', hostKeySha256: null, localPort: 0, jump: [], keepaliveMs: 15_000,
    });
  });

  test('a tunnel that is not enabled is none', () => {
    const config = load({ 'connections.yml': CONNECTIONS.replace('      database: sales\n', '      database: sales\n      ssh_tunnel: { enabled: false }\n') });
    expect(config.sources.get('SHOP_RO').tunnel).toBeNull();
  });
});

describe('explain', () => {
  test('says each value, where it was set and what it replaced', () => {
    const config = load(LAYERS, 'test');
    expect(config.explain('pipelines.shop.tables.sales.orders.lag', {})).toEqual([
      {
        path: 'pipelines.shop.tables.sales.orders.lag',
        value: '5s',
        origin: { layer: 'environment', file: 'config/environments/test.yml', line: 6 },
        replaced: [
          { value: '4s', origin: { layer: 'tables', file: 'config/tables/orders.yml', line: 2 } },
          { value: '3s', origin: { layer: 'pipeline', file: 'config/pipelines/shop.yml', line: 7 } },
          { value: '2s', origin: { layer: 'template', file: 'config/templates/fact.yml', line: 3 } },
          { value: '1s', origin: { layer: 'template', file: 'config/templates/base.yml', line: 2 } },
          { value: '5s', origin: { layer: 'default', file: null, line: null } },
        ],
      },
    ]);
  });

  test('flags, lists, whole maps', () => {
    const config = load(LAYERS);
    expect(config.explain('pipelines.shop.tables.sales.orders.processing.batch_size', { batchSize: 5 })[0]).toMatchObject({ value: 5, origin: { layer: 'flag' }, replaced: [{ value: 1_000_000 }] });
    expect(config.explain('pipelines.shop.tables.sales.orders.merge_keys')[0]).toMatchObject({ value: ['c'], replaced: [{ value: ['a', 'b'] }] });
    expect(config.explain('lease').map(({ path, value }) => [path, value])).toEqual([['lease.ttl', '60s'], ['lease.heartbeat', '15s'], ['lease.wait', '0s']]);
  });

  test('secrets stay hidden', () => {
    const shown = load({}).explain('connections');
    expect(shown.find(({ path }) => path === 'connections.sources.SHOP_RO.password')).toMatchObject({ value: '[secret]', origin: { file: 'config/connections.yml', line: 7 } });
    expect(JSON.stringify(shown)).not.toContain('shop-secret-1');
  });

  test('an unknown path names the nearest', () => {
    expect(() => load({}).explain('leese.ttl')).toThrow('nothing is configured at leese.ttl; the nearest is lease');
    expect(() => load({}).explain('pipelines.shop.tables.sales.ordres.lag')).toThrow('nothing is configured at pipelines.shop.tables.sales.ordres.lag; known are sales.orders');
  });
});
