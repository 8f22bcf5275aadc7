import { describe, expect, test } from 'vitest';
import { configTexts } from '../../test/config-texts.ts';
import { problemsOf } from '../../test/problems-of.ts';
import { buildConfig } from '../build-config.ts';

const build = (tables: string) => buildConfig(configTexts({ 'pipelines/shop.yml': `pipeline: { source: SHOP_RO, target: dw }\ntables:\n${tables}` }));

describe('depends_on', () => {
  test('is what a run finishes first', () => {
    const shop = build('  sales.customers:\n  sales.orders: { depends_on: [sales.customers] }\n').pipeline('shop');
    expect(shop.tables.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([['sales.customers', []], ['sales.orders', ['sales.customers']]]);
  });

  test('names tables of the pipeline only', () => {
    expect(problemsOf(() => build('  sales.customers:\n  sales.orders: { depends_on: [sales.custmers, crm.x] }\n')).map(({ message, remedy }) => [message, remedy])).toEqual([
      ['config/pipelines/shop.yml:4:32: sales.orders depends on the table sales.custmers, which the pipeline shop does not list; the nearest is sales.customers', 'Write sales.customers.'],
      ['config/pipelines/shop.yml:4:48: sales.orders depends on the table crm.x, which the pipeline shop does not list', 'List crm.x in the pipeline, or remove it here.'],
    ]);
  });

  test('has no circle', () => {
    const tables = '  sales.a: { depends_on: [sales.b] }\n  sales.b: { depends_on: [sales.c] }\n  sales.c: { depends_on: [sales.b, sales.d] }\n  sales.d:\n  sales.e: { depends_on: [sales.e] }\n';
    expect(problemsOf(() => build(tables)).map(({ message }) => message)).toEqual([
      'config/pipelines/shop.yml:5:27: tables of the pipeline shop wait for each other in a circle: sales.b → sales.c → sales.b',
      'config/pipelines/shop.yml:7:27: tables of the pipeline shop wait for each other in a circle: sales.e → sales.e',
    ]);
  });
});
