import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SyncEvent } from '@tidemark/domain';
import { startStack, writeStackConfig, type MysqlSession, type PostgresSession, type Stack } from '@tidemark/local-stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncOnePipeline } from '../examples/sync-one-pipeline.ts';

let folder: string;
let config: string;
let stack: Stack;
let source: MysqlSession;
let target: PostgresSession;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-example-'));
  stack = await startStack();
  config = await writeStackConfig(stack, folder);
  source = await stack.mariadb.connect({ database: 'sales' });
  target = await stack.redshift.connect(stack.redshift.loader);
  const changed = 'updated_at DATETIME(6) NOT NULL, KEY by_change (updated_at, id)';
  await source.run(`CREATE TABLE customers (id BIGINT UNSIGNED PRIMARY KEY, name VARCHAR(80), ${changed})`);
  await source.run(`CREATE TABLE orders (id BIGINT UNSIGNED PRIMARY KEY, amount DECIMAL(12,2) NOT NULL, state VARCHAR(20), ${changed})`);
  await source.run("INSERT INTO customers VALUES (1, 'Ada Example', '2026-01-31 12:00:00.000001'), (18446744073709551615, '智子 😀', '2026-01-31 12:00:00.5'), (3, NULL, '2026-01-31 12:00:01')");
  await source.run("INSERT INTO orders SELECT seq, seq * 1.15, ELT(1 + seq % 3, 'new', 'paid', NULL), TIMESTAMPADD(MICROSECOND, seq * 1000, '2026-01-31 12:00:00') FROM seq_1_to_1000");
});

afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const COLUMNS: Readonly<Record<string, string>> = { customers: 'id, name', orders: 'id, amount, state' };

async function rowsOf(table: string): Promise<{ readonly atSource: unknown; readonly atTarget: unknown }> {
  return {
    atSource: await source.rows(`SELECT ${COLUMNS[table]}, updated_at AS changed FROM ${table} ORDER BY id`),
    atTarget: await target.rows(`SELECT ${COLUMNS[table]}, to_char(updated_at, 'YYYY-MM-DD HH24:MI:SS.US') AS changed FROM reporting.${table} ORDER BY id`),
  };
}

async function expectEqualTables(): Promise<void> {
  for (const table of Object.keys(COLUMNS)) {
    const { atSource, atTarget } = await rowsOf(table);
    expect(atTarget, table).toEqual(atSource);
  }
}

test('a service syncs one pipeline by itself, and goes on where it stopped', async () => {
  const events: SyncEvent[] = [];
  const signal = AbortSignal.timeout(100_000);
  const first = await syncOnePipeline(config, 'shop_pipeline', signal, (event) => events.push(event));
  expect(first).toMatchObject({ status: 'success', exit_code: 0, pipeline: 'shop_pipeline', context: { service: 'nightly' }, summary: { success_count: 2, failure_count: 0, total_rows_processed: 1003 } });
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['run', 'table', 'lease', 'batch', 'part', 'load']));
  await expectEqualTables();

  await source.run("UPDATE orders SET state = 'changed', updated_at = UTC_TIMESTAMP(6) - INTERVAL 5 SECOND WHERE id <= 3");
  await source.run("INSERT INTO customers VALUES (4, 'New Example', UTC_TIMESTAMP(6) - INTERVAL 5 SECOND)");
  const second = await syncOnePipeline(config, 'shop_pipeline', signal, () => undefined);
  expect(second).toMatchObject({ status: 'success', table_results: { 'sales.orders': { status: 'success' }, 'sales.customers': { status: 'success' } } });
  await expectEqualTables();
});

test('an aborted signal ends the run with an exit code and a result', async () => {
  expect(await syncOnePipeline(config, 'shop_pipeline', AbortSignal.abort(), () => undefined)).toMatchObject({ status: 'failed', exit_code: 130, error: { code: 'SYNC_INTERRUPTED' } });
});

test.each(['../README.md', '../../../README.md'])('%s shows this example as it is', async (page) => {
  const example = await readFile(new URL('../examples/sync-one-pipeline.ts', import.meta.url), 'utf8');
  expect(await readFile(new URL(page, import.meta.url), 'utf8')).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
});
