import { describe, expect, test } from 'vitest';
import { decodeOldWatermark, isOldDataFile, oldWatermarkKeys } from './old-watermark.ts';

const TASK = { pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.orders' };
const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

test('the keys of both layouts', () => {
  expect(oldWatermarkKeys(TASK, 'state/')).toEqual([
    'watermarks/v2/shop_ro_shop_ro_sales_orders_dw.json', 'watermarks/v2/shop_ro_sales_orders_dw.json', 'watermark/tables/shop_ro_sales_orders.json', 'state/tables/shop_ro_sales_orders.json',
  ]);
});

test('v1 has its lists of files', () => {
  expect(decodeOldWatermark(bytes({
    last_mysql_data_timestamp: '2026-01-31T12:00:00', last_processed_id: 4711, mysql_status: 'success', redshift_status: 'failed', mysql_rows_extracted: 10, redshift_rows_loaded: 8,
    s3_file_count: 2, backup_s3_files: ['s3://lake/b.parquet'], processed_s3_files: ['s3://lake/a.parquet'],
  }), 'k', TASK)).toEqual({ layout: 'v1', timestamp: '2026-01-31T12:00:00', id: '4711', rowsExtracted: 10, rowsLoaded: 8, waitingFiles: ['s3://lake/b.parquet'], loadedFiles: ['s3://lake/a.parquet'] });
});

describe('v2', () => {
  const document = {
    version: '2.0', table_name: 'SHOP_RO:sales.orders', cdc_strategy: 'hybrid', mysql_state: { last_timestamp: '2026-01-31 12:00:00', last_id: null, status: 'success', total_rows: 10 },
    redshift_state: { total_rows: 8, last_loaded_files: ['s3://lake/b.parquet'] }, processed_files: ['s3://lake/a.parquet'], metadata: {},
  };

  test('has the loaded files only', () => {
    expect(decodeOldWatermark(bytes(document), 'k', TASK)).toEqual({ layout: 'v2', timestamp: '2026-01-31 12:00:00', id: null, rowsExtracted: 10, rowsLoaded: 8, waitingFiles: null, loadedFiles: ['s3://lake/a.parquet', 's3://lake/b.parquet'] });
  });

  test('of another table is not taken', () => {
    expect(decodeOldWatermark(bytes({ ...document, table_name: 'SHOP_RO:sales_orders.x' }), 'k', TASK)).toBeNull();
  });
});

test.each([
  ['no JSON', Buffer.from('{')],
  ['an id that a double has rounded', bytes({ last_processed_id: 2 ** 60 })],
  ['files that are no list', bytes({ backup_s3_files: 's3://lake/a' })],
  ['a count that is none', bytes({ mysql_rows_extracted: -1 })],
])('%s is refused', (_what, body) => {
  expect(() => decodeOldWatermark(body, 'k', TASK)).toThrow(expect.objectContaining({ code: 'WATERMARK_CORRUPT' }));
});

test.each([
  ['incremental/table=shop_ro_sales_orders/year=2026/month=01/day=31/shop_ro_sales_orders_20260131_120000_batch_1.parquet', true],
  ['shop_ro_sales_orders_20260131_120000_batch_12.parquet', true],
  ['incremental/shop_ro_sales_orders_history_20260131_120000_batch_1.parquet', false],
  ['incremental/old_shop_ro_sales_orders_20260131_120000_batch_1.parquet', false],
  ['incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000001-8aab8407-g1-00000.parquet', false],
])('%s is a data file of the table: %s', (key, expected) => {
  expect(isOldDataFile(key, TASK)).toBe(expected);
});
