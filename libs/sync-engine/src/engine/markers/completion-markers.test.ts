import { TidemarkError, type RunResult, type TableResult } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { completionMarkers, tableMarker } from './completion-markers.ts';
import { withoutMarkers, writeMarkers } from './write-markers.ts';

const outcome = (status: TableResult['status']): TableResult => ({
  status, rows_processed: 3, files_created: 1, duration_seconds: 1.5, rows_extracted: 3, rows_loaded: 3, rows_quarantined: 0, policy_counts: [], limited: false,
});
const RESULT: RunResult = {
  execution_id: 'sync_20260131_120005_0badcafe', start_time: '2026-01-31T12:00:05.000000+00:00', end_time: '2026-01-31T23:59:59.123000+00:00', duration_seconds: 4, pipeline: 'shop_pipeline',
  tables_requested: ['sales.orders', 'sales.items'], total_tables: 2, status: 'partial_success', table_results: { 'sales.orders': outcome('success'), 'sales.items': outcome('failed') },
  summary: { success_count: 1, failure_count: 1, total_rows_processed: 6, total_files_created: 2 }, context: { stages: 'both' }, warnings: [], error: null, exit_code: 3,
};
const MARKERS = completionMarkers({ prefix: 'completion_markers/', connection: 'SHOP_RO', result: RESULT });

test('both layouts are written, what sensors wait for last', () => {
  expect(MARKERS.map(({ key }) => key)).toEqual([
    'completion_markers/shop_pipeline/shop_ro_sales_orders/20260131_235959/execution_metadata.json',
    'completion_markers/shop_pipeline/shop_ro_sales_orders/20260131_235959/table_metrics.json',
    'completion_markers/shop_pipeline/shop_ro_sales_orders/20260131_235959/completion_marker.txt',
    'completion_markers/shop_pipeline/shop_ro_sales_items/20260131_235959/execution_metadata.json',
    'completion_markers/shop_pipeline/shop_ro_sales_items/20260131_235959/table_metrics.json',
    'completion_markers/shop_pipeline/shop_ro_sales_items/20260131_235959/completion_marker.txt',
    'completion_markers/20260131/sync_shop_ro_sales_orders_SUCCESS',
    'completion_markers/20260131/sync_shop_ro_sales_items_FAILED',
    'completion_markers/20260131/pipeline_shop_pipeline_PARTIAL_SUCCESS',
  ]);
});

test('their bodies say what ended and how', () => {
  expect(MARKERS[2]!.body).toBe('SUCCESS\n');
  expect(JSON.parse(MARKERS[1]!.body)).toEqual({ table: 'sales.orders', ...outcome('success') });
  expect(JSON.parse(MARKERS[7]!.body)).toEqual({ table: 'sales.items', status: 'FAILED', execution_id: RESULT.execution_id, completion_time: RESULT.end_time });
  expect(JSON.parse(MARKERS[8]!.body)).toEqual({
    pipeline: 'shop_pipeline', tables: ['sales.orders', 'sales.items'], status: 'PARTIAL_SUCCESS', execution_id: RESULT.execution_id, completion_time: RESULT.end_time, tables_count: 2,
  });
});

test('a marker by hand lies where a run would put it', () => {
  const marker = tableMarker({ prefix: '', connection: 'SHOP_RO', table: 'sales.orders', status: 'SUCCESS', at: new Date('2026-01-31T12:00:00Z'), executionId: 'manual' });
  expect(marker.key).toBe('20260131/sync_shop_ro_sales_orders_SUCCESS');
});

test('nothing is written after a marker that failed', async () => {
  const written: string[] = [];
  const port = {
    put: (key: string) => {
      if (key.endsWith('table_metrics.json')) return Promise.reject(new Error('away'));
      written.push(key);
      return Promise.resolve();
    },
  };
  await expect(writeMarkers(MARKERS, port)).rejects.toThrow('away');
  expect(written).toEqual([MARKERS[0]!.key]);
});

test('a run without its markers has not ended well', () => {
  const cause = new TidemarkError('STORE_ACCESS', { kind: 'auth', exit: 12, retry: 'never', summary: '', remedy: ['Grant s3:PutObject.'] }, { message: 'The bucket refused.' });
  const done: RunResult = { ...RESULT, status: 'success', exit_code: 0 };
  expect(withoutMarkers(done, cause)).toMatchObject({ exit_code: 12, warnings: ['The completion markers could not be written: The bucket refused.'], error: { code: 'STORE_ACCESS' } });
  expect(withoutMarkers(RESULT, cause).exit_code).toBe(3);
});
