import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigRoom, SHOP_FILES, SHOP_PASSWORDS } from './config-room.ts';
import { documentOf } from './told-failure.ts';

let room: ConfigRoom;
beforeAll(async () => {
  room = await ConfigRoom.make(SHOP_FILES);
});
afterAll(async () => await room[Symbol.asyncDispose]());

const text = async (args: string, variables = {}): Promise<string> => {
  const ended = await room.run(args.split(' '), variables);
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  return ended.stdout.replaceAll(room.folder, 'FOLDER');
};
const result = async (args: string, variables = {}): Promise<unknown> => {
  const ended = await room.run([...args.split(' '), '--json'], variables);
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  return documentOf(ended)['result'];
};

test('list-pipelines needs no variable', async () => {
  expect(await text('config list-pipelines')).toMatchInlineSnapshot(`
    "pipeline       alias  source   target  tables  file
    shop_pipeline  shop   SHOP_RO  dw           2  config/pipelines/shop_pipeline.yml
    "
  `);
  expect(await result('config list-pipelines')).toEqual({
    pipelines: [{ pipeline: 'shop_pipeline', alias: 'shop', source: 'SHOP_RO', target: 'dw', tables: ['sales.orders', 'sales.payments'], strict_tables: false, file: 'config/pipelines/shop_pipeline.yml' }],
  });
});

describe('show-pipeline', () => {
  test('shows what was set and where, by name, alias or flag; secrets are hidden', async () => {
    const shown = await text('config show-pipeline shop', SHOP_PASSWORDS);
    expect(shown).toMatchInlineSnapshot(`
      "shop_pipeline (shop), config/pipelines/shop_pipeline.yml

      pipeline
      key                    value    set in
      processing.batch_size  500      config/templates/fact.yml:2
      name                   shop     config/pipelines/shop_pipeline.yml:2
      source                 SHOP_RO  config/pipelines/shop_pipeline.yml:2
      target                 dw       config/pipelines/shop_pipeline.yml:2

      connections.sources.SHOP_RO
      key       value              set in
      host      mysql.example.com  config/connections.yml:3
      database  sales              config/connections.yml:3
      username  reader             config/connections.yml:3
      password  [secret]           config/connections.yml:3

      connections.targets.dw
      key       value                  set in
      schema    reporting              config/connections.yml:5
      host      warehouse.example.com  config/connections.yml:5
      database  analytics              config/connections.yml:5
      username  loader                 config/connections.yml:5
      password  [secret]               config/connections.yml:5

      s3_configs.s3_main
      key          value            set in
      bucket_name  example-staging  config/connections.yml:7
      region       eu-central-1     config/connections.yml:7

      tables.sales.orders
      key                    value  set in
      lag                    7s     config/pipelines/shop_pipeline.yml:4
      processing.batch_size  500    config/templates/fact.yml:2

      tables.sales.payments
      key                    value  set in
      processing.batch_size  500    config/templates/fact.yml:2
      "
    `);
    expect(await text('config show-pipeline -p shop_pipeline', SHOP_PASSWORDS)).toBe(shown);
    expect(await text('config show-pipeline shop --all', SHOP_PASSWORDS)).toMatch(/^lag +5s +default$/m);
  });

  test('a pipeline that is not there, none, two', async () => {
    expect((await room.run(['config', 'show-pipeline', 'shopp'])).stderr).toBe('Error PIPELINE_UNKNOWN: there is no pipeline "shopp"; did you mean shop?\nTry: Use the stem of a file in pipelines/, or the name that it gives itself.\n');
    expect(await room.run(['config', 'show-pipeline'])).toMatchObject({ code: 2, stderr: 'Error CLI_USAGE: No pipeline is named.\nTry: Add -p NAME; the pipelines are: shop_pipeline.\n' });
    expect(await room.run(['config', 'show-pipeline', 'shop', '-p', 'crm'])).toMatchObject({ code: 2, stderr: 'Error CLI_USAGE: Two pipelines are named: shop and crm.\nTry: Name one of them.\n' });
  });
});

describe('explain', () => {
  test('a setting of a table, with what it replaced', async () => {
    expect(await text('config explain batch_size -t sales.orders --env staging')).toMatchInlineSnapshot(`
      "key                                                                value  set in                             instead of
      pipelines.shop_pipeline.tables.sales.orders.processing.batch_size  50     config/environments/staging.yml:3  500 (config/templates/fact.yml:2), then 1000000 (default)
      "
    `);
  });

  test('a whole path, every place of a key, a secret', async () => {
    expect(await result('config explain connections.sources.SHOP_RO.host')).toEqual({ values: [{ path: 'connections.sources.SHOP_RO.host', value: 'mysql.example.com', origin: { layer: 'pipeline', file: 'config/connections.yml', line: 3 }, replaced: [] }] });
    expect((await text('config explain lag')).split('\n').map((line) => line.split(/ +/)[0])).toEqual(['key', 'pipelines.shop_pipeline.tables.sales.orders.lag', 'pipelines.shop_pipeline.tables.sales.payments.lag', '']);
    expect(await text('config explain password', SHOP_PASSWORDS)).not.toContain('example-source-password');
  });

  test('what is nowhere', async () => {
    expect(await room.run(['config', 'explain', 'bach_size'])).toMatchObject({ code: 2, stderr: expect.stringContaining('EXPLAIN_UNKNOWN') as string });
  });
});

test('status says what is missing, and is no failure', async () => {
  expect(await text('config status', { DB_SHOP_RO_PASSWORD: 'x', TIDEMARK_ENV: 'staging' })).toMatchInlineSnapshot(`
    "directory    FOLDER/config
    environment  staging
    kind        count  names
    sources         1  SHOP_RO
    targets         1  dw
    s3_configs      1  s3_main
    pipelines       1  shop_pipeline

    1 value cannot be had:
    config/connections.yml:5:109: the variable REDSHIFT_PASSWORD is not set (connections.targets.dw.password)
      Try: Set REDSHIFT_PASSWORD in the environment or in .env beside the configuration directory.
    "
  `);
});

test('validate-pipeline needs every variable, and takes the name as a word', async () => {
  expect(await text('config validate-pipeline shop', SHOP_PASSWORDS)).toContain('shop_pipeline is valid: SHOP_RO to dw through s3_main');
  expect(await room.run(['config', 'validate-pipeline', 'shop'])).toMatchObject({ code: 10, stderr: expect.stringContaining('CONFIG_UNSET_VARIABLE') as string });
});
