import type { RunResult, TableResult } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { resultText } from './run-text.ts';

const done: TableResult = {
  status: 'success', rows_processed: 1_200, files_created: 2, duration_seconds: 3.21, rows_extracted: 1_234, rows_loaded: 1_200, rows_quarantined: 0, policy_counts: [], limited: false, completed_at: '2026-01-31T12:00:00.000Z',
};

function result(tables: Readonly<Record<string, TableResult>>, status: RunResult['status']): RunResult {
  return {
    execution_id: 'sync_20260131_120000_0a1b2c3d', start_time: '', end_time: '', duration_seconds: 65, pipeline: 'shop_pipeline', tables_requested: Object.keys(tables), total_tables: Object.keys(tables).length, status,
    table_results: tables, summary: { success_count: 1, failure_count: 1, total_rows_processed: 1_200, total_files_created: 2 }, context: {}, warnings: [], error: null, exit_code: 0,
  };
}

test('a run is a table, what to know about it, its failures with what to try, and a line for all of it', () => {
  const text = resultText(
    result(
      {
        'sales.orders': { ...done, limited: true, policy_counts: [{ column: 'born', policy: 'zero_date', action: 'to_null', count: 1_000 }] },
        'sales.customers': { ...done, status: 'up_to_date', rows_extracted: 0, rows_loaded: 0, files_created: 0, note: 'Nothing is staged that is not loaded.' },
        'sales.refunds': { ...done, status: 'failed', rows_extracted: 0, rows_loaded: 0, files_created: 0, error_code: 'LEASE_HELD', error_message: 'sales.refunds is being synced.', error_remedy: ['Wait for the other run.', 'Or end it.'] },
      },
      'partial_success',
    ),
  );
  expect(text.split('\n')).toEqual([
    'table            status      rows read  rows loaded  files  time',
    'sales.orders     success         1,234        1,200      2  3.2 s',
    'sales.customers  up to date          0            0      0  3.2 s',
    'sales.refunds    failed              0            0      0  3.2 s',
    'sales.orders: the limit ended the reading; the next run goes on from there.',
    'sales.orders.born: 1,000 values changed by zero_date: to_null',
    'sales.customers: Nothing is staged that is not loaded.',
    '',
    'sales.refunds: LEASE_HELD: sales.refunds is being synced.',
    'Try: Wait for the other run.',
    '     Or end it.',
    '',
    'sync_20260131_120000_0a1b2c3d: partial success, 1,200 rows in 1m 05s',
  ]);
});
