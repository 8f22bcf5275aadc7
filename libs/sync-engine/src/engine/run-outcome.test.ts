import { silentLogger, type Logger, type RunResult, type SyncEvent, type WatermarkDocument } from '@tidemark/domain';
import { expect, describe, test } from 'vitest';
import { MEMORY_SETTINGS, MEMORY_TABLE, MemoryWorld } from '../testing/index.ts';
import { SyncError } from './errors.ts';
import type { SyncPorts } from './ports.ts';
import { syncPipeline } from './sync-pipeline.ts';

/** A run over tables each of which fails in its own way at its first request. */
async function runOf(failures: Readonly<Record<string, unknown>>, { signal = new AbortController().signal, logger = silentLogger as Logger, emit = (() => undefined) as (event: SyncEvent) => void } = {}): Promise<RunResult> {
  const watermarks = {
    read: (task: { table: string }): Promise<never> => {
      const failure = failures[task.table.replace('SHOP_RO:', '')];
      return failure instanceof Function ? (failure as () => Promise<never>)() : Promise.reject(failure as Error);
    },
  };
  return await syncPipeline(
    {
      runId: 'run_1', settings: MEMORY_SETTINGS, tables: Object.keys(failures).map((name) => ({ ...MEMORY_TABLE, name, scopedName: `SHOP_RO:${name}` })), stages: 'backup-only', limit: null,
      context: { source: 'SHOP_RO' }, signal, emit, logger, surroundings: { now: () => new Date('2026-01-31T12:00:00.250Z'), newWriteId: () => 'w' },
    },
    { watermarks: watermarks as unknown as SyncPorts['watermarks'], leases: {} as never, manifests: {} as never, quarantine: {} as never, parts: {} as never, source: null, target: null },
  );
}

const conflict = new SyncError('STATE_NO_WATERMARK', { message: 'none', details: { seq: 3 } });
const data = new SyncError('SYNC_NULL_CURSOR', { message: 'null' });
const interrupted = new SyncError('SYNC_INTERRUPTED', { message: 'stopped' });

describe('exit code and status', () => {
  test.each<readonly [string, Readonly<Record<string, unknown>>, number, string]>([
    ['no table', {}, 0, 'success'],
    ['one table that failed: its code', { 'sales.a': conflict }, 21, 'failed'],
    ['all failed in one way: that code', { 'sales.a': conflict, 'sales.b': conflict }, 21, 'failed'],
    ['all failed in different ways', { 'sales.a': conflict, 'sales.b': data }, 3, 'failed'],
    ['something without a code', { 'sales.a': new TypeError('x is not a function') }, 70, 'failed'],
    ['an interruption wins', { 'sales.a': conflict, 'sales.b': interrupted }, 130, 'failed'],
  ])('%s', async (_name, failures, exit, status) => {
    expect(await runOf(failures)).toMatchObject({ exit_code: exit, status, total_tables: Object.keys(failures).length });
  });

  test('some failed, some did not', async () => {
    const world = new MemoryWorld();
    world.source.put(1, 'x');
    world.source.advance(5_000_000n);
    expect((await world.sync()).exit_code).toBe(0);
  });
});

test('the result has every field that is published, times with microseconds, and the first error', async () => {
  expect(await runOf({ 'sales.a': conflict, 'sales.b': data })).toEqual({
    execution_id: 'run_1', start_time: '2026-01-31T12:00:00.250000+00:00', end_time: '2026-01-31T12:00:00.250000+00:00', duration_seconds: 0, pipeline: 'shop_pipeline',
    tables_requested: ['sales.a', 'sales.b'], total_tables: 2, status: 'failed', context: { source: 'SHOP_RO' }, warnings: [], exit_code: 3,
    summary: { success_count: 0, failure_count: 2, total_rows_processed: 0, total_files_created: 0 },
    error: { code: 'STATE_NO_WATERMARK', message: 'none', remedy: conflict.remedy },
    table_results: {
      'sales.a': {
        status: 'failed', rows_processed: 0, files_created: 0, duration_seconds: 0, rows_extracted: 0, rows_loaded: 0, rows_quarantined: 0, policy_counts: [], limited: false,
        failed_at: '2026-01-31T12:00:00.250Z', error_code: 'STATE_NO_WATERMARK', error_message: 'none', error_remedy: conflict.remedy, error_details: { seq: 3 },
      },
      'sales.b': expect.objectContaining({ error_code: 'SYNC_NULL_CURSOR' }),
    },
  });
});

test('one table that fails does not stop the next one', async () => {
  const asked: string[] = [];
  await runOf({ 'sales.a': () => (asked.push('a'), Promise.reject(data)), 'sales.b': () => (asked.push('b'), Promise.reject(data)) });
  expect(asked).toEqual(['a', 'b']);
});

test('after an interruption no further table is begun', async () => {
  const controller = new AbortController();
  const asked: string[] = [];
  const result = await runOf(
    {
      'sales.a': () => {
        asked.push('a');
        controller.abort(new SyncError('SYNC_INTERRUPTED', { message: 'Ctrl-C' }));
        return Promise.reject(data);
      },
      'sales.b': () => (asked.push('b'), Promise.reject(data)),
    },
    { signal: controller.signal },
  );
  expect(asked).toEqual(['a']);
  expect(result).toMatchObject({ exit_code: 130, table_results: { 'sales.b': { error_code: 'SYNC_INTERRUPTED' } } });
});

test('an interruption by a plain reason has a code too', async () => {
  const controller = new AbortController();
  controller.abort();
  expect(await runOf({ 'sales.a': data }, { signal: controller.signal })).toMatchObject({ exit_code: 130, error: { code: 'SYNC_INTERRUPTED' } });
});

test('the log has a stack only for what has no code of its own', async () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const logger = { ...silentLogger, error: (fields: Readonly<Record<string, unknown>>) => void lines.push(fields) };
  await runOf({ 'sales.a': conflict, 'sales.b': new TypeError('x is not a function') }, { logger });
  expect(lines).toMatchObject([{ code: 'STATE_NO_WATERMARK', cause: undefined, table: 'SHOP_RO:sales.a', runId: 'run_1' }, { code: 'SYNC_UNEXPECTED', cause: expect.stringContaining('run-outcome.test.ts') }]);
});

test('the run’s events begin with run started and end with run finished', async () => {
  const events: SyncEvent[] = [];
  await runOf({ 'sales.a': conflict }, { emit: (event) => events.push(event) });
  expect(events.map(({ type, ...event }) => `${type} ${'phase' in event ? event.phase : ''}`)).toEqual(['run started', 'table started', 'table failed', 'run finished']);
  expect(events.at(-1)).toMatchObject({ v: 1, runId: 'run_1', pipeline: 'shop_pipeline', tables: ['sales.a'], status: 'failed', at: '2026-01-31T12:00:00.250Z' });
});

test('a failure is recorded in the watermark, in the stage where it happened', async () => {
  const failing = async (port: string, method: string): Promise<WatermarkDocument | null> => {
    const world = new MemoryWorld();
    for (let id = 1; id <= 25; id++) world.source.put(id, 'x');
    world.source.advance(5_000_000n);
    await world.sync({
      wrapper: {
        call: (request, proceed) => (request.port === port && request.method === method ? Promise.reject(new SyncError('SYNC_NO_PROGRESS', { message: 'stuck' })) : proceed()),
        stream: (_request, proceed) => proceed(),
      },
    });
    return await world.watermark();
  };
  expect(await failing('source', 'clock')).toMatchObject({ mysql_state: { status: 'failed', error: { code: 'SYNC_NO_PROGRESS', message: 'stuck' } }, redshift_state: { status: 'pending' } });
  expect(await failing('target', 'load')).toMatchObject({ mysql_state: { status: expect.not.stringMatching('failed') }, redshift_state: { status: 'failed', error: { code: 'SYNC_NO_PROGRESS' } } });
});
