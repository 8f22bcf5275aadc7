import { describe, expect, test } from 'vitest';
import { configTexts, CONNECTIONS, VARIABLES } from '../../test/config-texts.ts';
import { errorOf } from '../../test/problems-of.ts';
import { buildConfig } from '../build-config.ts';
import { findPipelineForTable } from './find-pipeline.ts';
import { resolveTable } from './resolve-table.ts';

const CRM = '    CRM_RO: { host: crm.example.com, database: crm, username: reader, password: "${DB_SHOP_RO_PASSWORD}" }\n  targets:\n';
const config = buildConfig(
  configTexts(
    {
      'connections.yml': CONNECTIONS.replace('  targets:\n', () => CRM),
      'pipelines/shop.yml': 'pipeline: { source: SHOP_RO, target: dw }\ntables:\n  sales.orders:\n  sales.items:\n  archive.items: { target_name: old_items }\n',
      'pipelines/shop_two.yml': 'pipeline: { name: second, source: SHOP_RO, target: dw, target_schema: two }\ntables:\n  sales.orders:\n',
      'pipelines/crm.yml': 'pipeline: { source: CRM_RO, target: dw, strict_tables: true }\ntables:\n  crm.customers:\n',
      'pipelines/billing_eu.yml': 'pipeline: { source: CRM_RO, target: dw, target_schema: billing }\ntables:\n  invoices.lines:\n',
    },
    { variables: VARIABLES },
  ),
);

describe('the pipeline of a table', () => {
  test.each([
    ['the only one that lists it', { table: 'sales.items' }, { pipeline: 'shop', reason: 'listed' }],
    ['a bare name that one lists', { table: 'customers' }, { pipeline: 'crm', reason: 'listed' }],
    ['listed wins over the database', { table: 'invoices.lines' }, { pipeline: 'billing_eu', reason: 'listed' }],
    ['the schema in the name, as the last resort', { table: 'billing.rates' }, { pipeline: 'billing_eu', reason: 'name' }],
    ['a scoped name', { table: 'CRM_RO:crm.customers' }, { pipeline: 'crm', reason: 'listed' }],
    ['with -c', { table: 'lines', connection: 'CRM_RO' }, { pipeline: 'billing_eu', reason: 'listed' }],
  ])('%s', (_name, request, expected) => {
    expect(findPipelineForTable(config, request)).toEqual(expected);
  });

  test('by the database of the source', () => {
    const one = buildConfig(configTexts());
    expect(findPipelineForTable(one, { table: 'sales.refunds' })).toEqual({ pipeline: 'shop', reason: 'database' });
  });

  test('several: all are named with the command to type', () => {
    const error = errorOf(() => findPipelineForTable(config, { table: 'sales.orders' }));
    expect([error.code, error.exit]).toEqual(['PIPELINE_AMBIGUOUS', 2]);
    expect(error.message).toBe('2 pipelines list the table sales.orders: shop, shop_two. Type one of\n  tidemark sync pipeline -p shop -t sales.orders\n  tidemark sync pipeline -p shop_two -t sales.orders');
    expect(error.details).toMatchObject({ pipelines: ['shop', 'shop_two'] });
    const other = errorOf(() => findPipelineForTable(config, { table: 'sales.refunds', command: (pipeline, table) => `tidemark watermark get -p ${pipeline} -t ${table}` }));
    expect(other.message).toBe('2 pipelines read the database of the table sales.refunds: shop, shop_two. Type one of\n  tidemark watermark get -p shop -t sales.refunds\n  tidemark watermark get -p shop_two -t sales.refunds');
  });

  test.each([
    [{ table: 'sles.itms' }, 'no pipeline lists the table sles.itms, and none reads a database of its schema; did you mean sales.items?'],
    [{ table: 'costumers' }, 'no pipeline lists the table costumers, and none reads a database of its schema; did you mean customers?'],
    [{ table: 'sales.orders', connection: 'CRM_RO' }, 'no pipeline of the source CRM_RO lists the table sales.orders, and none reads a database of its schema'],
    [{ table: 'sales.orders', connection: 'SHOP_RW' }, 'no pipeline reads the source SHOP_RW; did you mean SHOP_RO?'],
    [{ table: 'x.y', connection: 'NOWHERE' }, 'no pipeline reads the source NOWHERE; pipelines read CRM_RO, SHOP_RO'],
  ])('none: %j', (request, message) => {
    const error = errorOf(() => findPipelineForTable(config, request));
    expect([error.code, error.exit, error.message]).toEqual(['PIPELINE_NOT_FOUND', 2, message]);
  });
});

describe('a table of a pipeline', () => {
  const shop = config.pipeline('shop');

  test.each([
    ['orders', 'sales.orders', true],
    ['sales.orders', 'sales.orders', true],
    ['SHOP_RO:sales.orders', 'sales.orders', true],
    ['sales.refunds', 'sales.refunds', false],
  ])('%s', (name, expected, isListed) => {
    expect(resolveTable(shop, name)).toMatchObject({ name: expected, scopedName: `SHOP_RO:${expected}`, isListed });
  });

  test.each([
    ['items', 'shop', 'TABLE_AMBIGUOUS', 'the pipeline shop has several tables named items: sales.items, archive.items'],
    ['oders', 'shop', 'TABLE_UNKNOWN', 'the pipeline shop lists no table named oders; did you mean orders?'],
    ['CRM_RO:crm.customers', 'shop', 'TABLE_UNKNOWN', 'the pipeline shop reads SHOP_RO, not CRM_RO'],
    ['crm.customer', 'crm', 'TABLE_NOT_LISTED', 'the pipeline crm does not list the table crm.customer and has strict_tables: true; did you mean crm.customers?'],
  ])('%s in %s', (name, pipeline, code, message) => {
    const error = errorOf(() => resolveTable(config.pipeline(pipeline), name));
    expect([error.code, error.exit, error.message]).toEqual([code, 2, message]);
  });

  test('a pipeline answers to its alias, and an unknown one names the nearest', () => {
    expect(config.pipeline('second').identity).toBe('shop_two');
    const error = errorOf(() => config.pipeline('shpo'));
    expect([error.code, error.exit, error.message]).toEqual(['PIPELINE_UNKNOWN', 2, 'there is no pipeline "shpo"; did you mean shop?']);
    expect(errorOf(() => config.sources.get('SHOPRO')).message).toBe('there is no source "SHOPRO"; did you mean SHOP_RO?');
  });
});
