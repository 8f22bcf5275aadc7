import { describe, expect, test } from 'vitest';
import { configTexts, VARIABLES } from '../test/config-texts.ts';
import { errorOf } from '../test/problems-of.ts';
import { buildConfig } from './build-config.ts';

const config = buildConfig(configTexts({}, { variables: VARIABLES }));
const request = { source: 'SHOP_RO', target: 'dw', tables: ['refunds', 'archive.refunds'], tableSettings: { lag: '1s', cdc_id_column: 'refund_id' } };

describe('a pipeline that stands in no file', () => {
  test('is named after its two ends and has the settings that are given', () => {
    const error = errorOf(() => config.adHoc(request));
    expect([error.code, error.message]).toEqual(['CONFIG_COLLISION', expect.stringContaining('both write the table public.refunds of the target dw')]);
    const pipeline = config.adHoc({ ...request, tables: ['refunds', 'archive.rates'] });
    expect(pipeline.identity).toBe('adhoc_SHOP_RO_to_dw');
    expect(pipeline.tables).toMatchObject([
      { scopedName: 'SHOP_RO:sales.refunds', reading: { lagMs: 1000, idColumn: 'refund_id' }, isListed: true },
      { scopedName: 'SHOP_RO:archive.rates', reading: { lagMs: 1000, idColumn: 'refund_id' }, isListed: true },
    ]);
  });

  test('is checked like any other', () => {
    expect(errorOf(() => config.adHoc({ ...request, source: 'SHOPRO' })).message).toContain('SHOP_RO');
    expect(errorOf(() => config.adHoc({ ...request, target: 'dwh' })).message).toContain('dw');
    expect(errorOf(() => config.adHoc({ ...request, tables: ['refunds'], tableSettings: { lag: 5 } })).message).toContain('tables.sales.refunds.lag is 5; allowed: a duration with a unit');
    expect(errorOf(() => config.adHoc({ ...request, tables: ['orders'] })).message).toContain('both write the table public.orders');
  });
});
