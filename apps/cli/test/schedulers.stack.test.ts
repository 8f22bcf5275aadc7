import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SyncEvent } from '@tidemark/domain';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Collector } from './collector.ts';
import { BY_CHANGE, CommandStack, type Room } from './command-stack.ts';
import type { Ended } from './program.ts';
import { runResult } from './run-result.ts';
import { dagOf, PYTHON, runTask } from './scheduler-examples.ts';
import { expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

const linesOf = <T>(text: string): T[] => text.trim().split('\n').map((line) => JSON.parse(line) as T);

function expectDone(ended: Ended, room: Room): void {
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expectNoSecret(ended, room.secrets);
}

describe('what a scheduler reads', () => {
  let room: Room;
  beforeAll(async () => {
    for (const name of ['customers', 'items', 'parcels']) await stack.createTable(name);
    room = await stack.room('night', {
      tables: { parcels: '{ cdc_timestamp_column: updated_at, cdc_id_column: id, lag: 10ms, depends_on: [sales.items] }', customers: BY_CHANGE, items: BY_CHANGE },
      pipeline: { completion_markers: `{ bucket: ${stack.servers.bucket}, prefix: markers }`, processing: '{ max_parallel_tables: 3 }' },
    });
  });

  test('events on stderr as JSON lines, beside the result', async () => {
    const ended = await room.sync('--events', '--json');
    expectDone(ended, room);
    const events = linesOf<SyncEvent>(ended.stderr);
    expect(events[0]).toMatchObject({ v: 1, type: 'run', phase: 'started', pipeline: 'night_pipeline', tables: ['sales.parcels', 'sales.customers', 'sales.items'] });
    expect(events.at(-1)).toMatchObject({ type: 'run', phase: 'finished', status: 'success' });
    const of = (table: string, phase: string): number => events.findIndex((event) => event.type === 'table' && event.table === `SHOP_RO:sales.${table}` && event.phase === phase);
    expect(of('parcels', 'started'), 'depends_on').toBeGreaterThan(of('items', 'finished'));
    expect(of('customers', 'started'), 'side by side').toBeLessThan(of('items', 'finished'));
    expect(Object.keys(runResult(ended).table_results), 'in the order of the request').toEqual(['sales.parcels', 'sales.customers', 'sales.items']);
  });

  test('completion markers in both layouts', async () => {
    const ended = await room.sync('--json', '--limit', '1');
    expectDone(ended, room);
    const { execution_id: id, end_time: endTime } = runResult(ended);
    const day = endTime.slice(0, 10).replaceAll('-', '');
    const sensed = JSON.parse(await stack.bucket.text(`markers/${day}/sync_shop_ro_sales_items_SUCCESS`)) as unknown;
    expect(sensed).toEqual({ table: 'sales.items', status: 'SUCCESS', execution_id: id, completion_time: endTime });
    expect(JSON.parse(await stack.bucket.text(`markers/${day}/pipeline_night_pipeline_SUCCESS`))).toMatchObject({ execution_id: id, tables_count: 3 });
    const folder = `markers/night_pipeline/shop_ro_sales_items/${day}_${endTime.slice(11, 19).replaceAll(':', '')}/`;
    expect(await stack.bucket.keysWith(folder)).toEqual([`${folder}completion_marker.txt`, `${folder}execution_metadata.json`, `${folder}table_metrics.json`]);
    const listed = await room.run('completion-markers', 'list', '-p', room.pipeline, '--json');
    expect(listed.stdout).toContain(`markers/${day}/sync_shop_ro_sales_items_SUCCESS`);
  });

  test('a marker by hand, after a look and with a yes', async () => {
    const asked = ['completion-markers', 'write', '-p', room.pipeline, '-t', 'sales.items', '--status', 'FAILED'];
    expect((await room.run(...asked, '--dry-run')).stdout).toMatch(/^Would write to /);
    expect((await room.run(...asked)).code).toBe(2);
    expect(await stack.bucket.keysWith('sync_shop_ro_sales_items_FAILED')).toEqual([]);
    expectDone(await room.run(...asked, '--yes'), room);
    expect(await stack.bucket.keysWith('sync_shop_ro_sales_items_FAILED')).toHaveLength(1);
  });

  test('a run whose markers cannot be written has not ended well', async () => {
    const ended = await room.sync('--json', '--s3-completion-bucket', 'no-such-bucket');
    expect(ended.code).toBe(14);
    expect(runResult(ended)).toMatchObject({ status: 'success', exit_code: 14, error: { code: 'STORE_BUCKET_MISSING' }, warnings: [expect.stringContaining('The completion markers could not be written')] });
  });

  test('figures in the Prometheus text format', async () => {
    const file = join(room.folder, 'tidemark.prom');
    expectDone(await room.sync('--metrics-file', file, '--quiet'), room);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^# TYPE tidemark_rows_loaded gauge$/m);
    expect(text).toMatch(/^tidemark_table_success\{pipeline="night_pipeline",table="sales.items"\} 1$/m);
    expect(text).toMatch(/^tidemark_run_exit_code\{pipeline="night_pipeline"\} 0$/m);
  });

  test('log lines that each say their run, pipeline and table', async () => {
    await stack.source.run('INSERT INTO items (id, state, updated_at) VALUES (900, "late", NOW(6) - INTERVAL 2 SECOND)');
    const file = join(room.folder, 'run.log');
    const ended = await room.sync('--json', '--log-file', file, '--log-level', 'debug');
    expectDone(ended, room);
    const text = await readFile(file, 'utf8');
    for (const secret of room.secrets) expect(text).not.toContain(secret);
    const lines = linesOf<Record<string, unknown>>(text).filter(({ table }) => table !== undefined);
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(line).toMatchObject({ runId: runResult(ended).execution_id, pipeline: 'night_pipeline' });
    expect(lines.some(({ batch, msg }) => typeof batch === 'string' && msg === 'batch staged')).toBe(true);
  });

  test('traces and figures at a collector, when one is named', async () => {
    await using collector = await Collector.start();
    await stack.source.run('INSERT INTO items (id, state, updated_at) VALUES (901, "late", NOW(6) - INTERVAL 2 SECOND)');
    expectDone(await room.runWith({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_SERVICE_NAME: 'nightly' }, 'sync', 'pipeline', '-p', room.pipeline, '-t', 'sales.items', '--quiet'), room);
    const spans = collector.text('/v1/traces');
    for (const name of ['tidemark.run', 'tidemark.table', 'tidemark.batch', 'tidemark.load', 'SHOP_RO:sales.items', 'nightly']) expect(spans).toContain(name);
    expect(collector.text('/v1/metrics')).toContain('tidemark.rows.loaded');
    for (const secret of room.secrets) expect(spans).not.toContain(secret);
  });

  test('a collector that is away stops no run', async () => {
    expectDone(await room.runWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, 'sync', 'pipeline', '-p', room.pipeline, '--quiet'), room);
  });
});

test.skipIf(PYTHON === null)('the example DAG runs a pipeline, and the marker that the second one waits for is there', async () => {
  await stack.createTable('orders', 5);
  const room = await stack.room('shop', { tables: { orders: BY_CHANGE }, pipeline: { completion_markers: `{ bucket: ${stack.servers.bucket}, prefix: completion_markers }` } });
  const programs = join(room.folder, 'programs');
  await mkdir(programs);
  await symlink(fileURLToPath(new URL('../bin/run.js', import.meta.url)), join(programs, 'tidemark'));
  const ended = await runTask('airflow/shop_pipeline.py', 'sync', { PATH: `${programs}:${process.env['PATH']}`, HOME: room.folder, TIDEMARK_CONFIG: room.config });
  expect(ended).toMatchObject({ value: { success_count: 1, failure_count: 0, total_rows_processed: 5 } });
  expect(await stack.target.rows('SELECT COUNT(*) AS count FROM reporting.orders')).toEqual([{ count: '5' }]);
  const awaited = dagOf('airflow/orders_report.py').tasks[0]!.options['bucket_key'] as string;
  const [before, after] = awaited.split(/\{\{.*\}\}/);
  expect((await stack.bucket.keysWith(after!)).map((key) => key.replace(/\d{8}/, 'DAY'))).toEqual([`${before}DAY${after}`]);
});

describe('sync by its other names', () => {
  test('by table, as a plan, and ad hoc', async () => {
    await stack.createTable('refunds');
    const room = await stack.room('names', { tables: { refunds: BY_CHANGE } });
    const plan = await room.run('sync', 'plan', '-t', 'refunds', '--json');
    expect(JSON.parse(plan.stdout)).toMatchObject({ status: 'success', result: { tables: [{ table: 'SHOP_RO:sales.refunds' }] } });
    const byTable = await room.run('sync', '-t', 'sales.refunds', '--json', '--parallel');
    expectDone(byTable, room);
    expect(runResult(byTable)).toMatchObject({ pipeline: 'names_pipeline', warnings: ['Pipeline names_pipeline, found from the table sales.refunds.'] });
    expect((await room.run('sync', '--json')).code).toBe(2);

    await stack.createTable('rates');
    const adHoc = await room.run('sync', 'connections', '-s', 'SHOP_RO', '-r', 'dw', '-t', 'rates', '--timestamp-column', 'updated_at', '--id-column', 'id', '--json');
    expectDone(adHoc, room);
    expect(runResult(adHoc)).toMatchObject({ pipeline: 'adhoc_SHOP_RO_to_dw', table_results: { 'sales.rates': { rows_loaded: 3 } } });
    const taken = await room.run('sync', 'connections', '-s', 'SHOP_RO', '-r', 'dw', '-t', 'refunds', '--target-schema', 'reporting', '--json');
    expect(taken.code, taken.stdout).toBeGreaterThan(0);
  });
});

describe('s3clean', () => {
  test('removes what is loaded and past its retention, once it is told to', async () => {
    await stack.createTable('boxes');
    const room = await stack.room('clean', { tables: { boxes: BY_CHANGE } });
    expectDone(await room.sync('--quiet'), room);
    const files = await stack.bucket.keysWith('incremental/shop_ro_sales_boxes/');
    expect(files.length).toBeGreaterThan(0);
    const clean = ['s3clean', 'clean', '-p', room.pipeline, '-t', 'sales.boxes', '--json'];
    expect(JSON.parse((await room.run(...clean)).stdout), 'the retention').toMatchObject({ result: { tables: [{ removed: { objects: 0 } }] } });
    const asked = await room.run(...clean, '--older-than', '0');
    expect([asked.code, JSON.parse(asked.stdout)]).toEqual([2, expect.objectContaining({ code: 'CLI_NOT_CONFIRMED' })]);
    expect(await stack.bucket.keysWith('incremental/shop_ro_sales_boxes/')).toEqual(files);
    const dry = await room.run(...clean, '--older-than', '0', '--dry-run');
    expect(JSON.parse(dry.stdout)).toMatchObject({ result: { dry_run: true, tables: [{ keys: files }] } });
    const done = await room.run(...clean, '--older-than', '0', '--yes');
    expect(JSON.parse(done.stdout), done.stderr).toMatchObject({ result: { tables: [{ removed: { objects: files.length }, after: { objects: 0, bytes: 0 } }] } });
    expect(await stack.bucket.keysWith('incremental/shop_ro_sales_boxes/')).toEqual([]);
    await stack.source.run('INSERT INTO boxes (id, state, updated_at) VALUES (900, "late", NOW(6) - INTERVAL 2 SECOND)');
    expectDone(await room.sync('--quiet'), room);
    expect(await stack.target.rows('SELECT COUNT(*) AS count FROM reporting.boxes')).toEqual([{ count: '4' }]);
    expectDone(await room.run('s3clean', 'orphans', '-p', room.pipeline, '--older-than', '0', '--yes'), room);
    expectDone(await room.run('s3clean', 'clean-all', '-p', room.pipeline, '--older-than', '0', '--yes', '--simple-delete'), room);
  });
});

