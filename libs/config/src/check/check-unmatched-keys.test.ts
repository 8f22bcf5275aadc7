import { expect, test } from 'vitest';
import { configTexts } from '../../test/config-texts.ts';
import { buildConfig } from '../build-config.ts';

const PIPELINE = 'pipeline:\n  source: SHOP_RO\n  target: dw\n  target_schema: Reporting\ntables:\n  sales.orders: {}\n  sales.customers: { target_name: clients }\n';
const warnings = (keys: string): readonly (readonly [string, string])[] => buildConfig(configTexts({ 'pipelines/shop.yml': PIPELINE, 'redshift_keys.json': keys })).warnings.map(({ message, remedy }) => [message, remedy]);

test('an entry of redshift_keys.json means a table by its name at the source or in Redshift, in any case', () => {
  expect(warnings('{ "Sales.Orders": {}, "reporting.clients": {}, "reporting.ORDERS": {}, "description": "x" }')).toEqual([]);
});

test('an entry that no table is meant by is warned of, with the nearest name', () => {
  expect(warnings('{\n  "sales.odrers": { "distkey": "id" },\n  "hr.people": {}\n}')).toEqual([
    ['config/redshift_keys.json:2:3: no pipeline lists the table "sales.odrers", by its name at the source or in Redshift, so its keys are not applied; the nearest is "sales.orders"', 'Write sales.orders instead of sales.odrers.'],
    ['config/redshift_keys.json:3:3: no pipeline lists the table "hr.people", by its name at the source or in Redshift, so its keys are not applied', 'List hr.people in a pipeline, or remove the entry.'],
  ]);
});
