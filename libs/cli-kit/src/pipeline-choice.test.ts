import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedConfig } from '@tidemark/config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseTables, loadedConfig, taskOf } from './pipeline-choice.ts';

const CONNECTIONS = `connections:
  sources:
    SHOP_RO: { host: mysql.example.com, database: sales, username: reader, password: x }
    SHOP_RW: { host: mysql.example.com, database: sales, username: reader, password: x }
  targets:
    dw: { host: redshift.example.com, database: dev, schema: reporting, work_schema: work, username: loader, password: x, iam_role: default }
s3_configs:
  s3_qa: { bucket_name: shop, region: eu-west-1 }
`;
const pipeline = (source: string, tables: string): string => `pipeline: { source: ${source}, target: dw }\ntables:\n${tables}`;

let folder: string;
let config: LoadedConfig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-choice-'));
  const directory = join(folder, 'config');
  await mkdir(join(directory, 'pipelines'), { recursive: true });
  await writeFile(join(directory, 'connections.yml'), CONNECTIONS);
  await writeFile(join(directory, 'pipelines', 'shop_pipeline.yml'), pipeline('SHOP_RO', '  sales.orders: {}\n  sales.customers: { target_name: people }\n'));
  await writeFile(join(directory, 'pipelines', 'other_pipeline.yml'), pipeline('SHOP_RW', '  sales.invoices: {}\n'));
  config = await loadedConfig({ config: directory, env: undefined });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const names = (chosen: ReturnType<typeof chooseTables>): string[] => chosen.tables.map(({ name }) => name);

describe('chooseTables', () => {
  test('a pipeline alone means every table that it lists', () => {
    const chosen = chooseTables(config, { pipeline: 'shop_pipeline' });
    expect(chosen.pipeline.identity).toBe('shop_pipeline');
    expect(names(chosen)).toEqual(['sales.orders', 'sales.customers']);
    expect(chosen.notes).toEqual([]);
  });

  test('tables are taken in the order given, bare names too, each once', () => {
    expect(names(chooseTables(config, { pipeline: 'shop_pipeline', table: ['customers', 'sales.orders', 'customers', 'sales.customers'] }))).toEqual(['sales.customers', 'sales.orders']);
  });

  test('a table alone finds its pipeline, and that is said', () => {
    const chosen = chooseTables(config, { table: ['sales.invoices'] });
    expect(chosen.pipeline.identity).toBe('other_pipeline');
    expect(chosen.notes).toEqual(['Pipeline other_pipeline, found from the table sales.invoices.']);
  });

  test('a table that the pipeline does not list runs with the defaults, and that is said', () => {
    expect(chooseTables(config, { pipeline: 'shop_pipeline', table: ['sales.refunds'] }).notes).toEqual(['sales.refunds is not listed by shop_pipeline; default_table_config is used.']);
  });

  test('neither a pipeline nor a table is a usage error that names the pipelines', () => {
    expect(() => chooseTables(config, {})).toThrow(expect.objectContaining({ code: 'CLI_USAGE', exit: 2, remedy: [expect.stringMatching(/other_pipeline.*shop_pipeline|shop_pipeline.*other_pipeline/)] }));
  });

  test('a pipeline that does not exist is an error with a code', () => {
    expect(() => chooseTables(config, { pipeline: 'shop_pipelin' })).toThrow(expect.objectContaining({ code: 'PIPELINE_UNKNOWN' }));
  });
});

test('taskOf: state is scoped by pipeline, target and exact table; rows go to the configured table', () => {
  const { pipeline: shop, tables } = chooseTables(config, { pipeline: 'shop_pipeline', table: ['customers'] });
  expect(taskOf(shop, tables[0]!)).toEqual({
    task: { pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.customers' },
    target: { schema: 'reporting', table: 'people', workSchema: 'work' },
  });
});
