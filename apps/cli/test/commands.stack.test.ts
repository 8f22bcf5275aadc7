import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Parser } from '@oclif/core';
import { COMMANDS as S3CLEAN_COMMANDS } from '@tidemark/plugin-s3clean/every-command';
import { COMMANDS as WATERMARK_COMMANDS } from '@tidemark/plugin-watermark/every-command';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../src/index.ts';
import { BY_CHANGE, CommandStack, NO_TRACES, type Room } from './command-stack.ts';
import { masked } from './masked.ts';
import { documentOf, expectFailure, expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

/** Runs a command that must end well; gives its stdout. */
async function done(room: Room, ...args: string[]): Promise<string> {
  const ended = await room.run(...args);
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expectNoSecret(ended, room.secrets);
  return ended.stdout;
}

/** Runs a command that must end well with --json; gives its document. */
async function document(room: Room, ...args: string[]): Promise<Record<string, unknown>> {
  const ended = await room.run(...args, '--json');
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect(ended.stderr).toBe('');
  expectNoSecret(ended, room.secrets);
  return documentOf(ended);
}

/** `result` of the success document. */
async function result(room: Room, ...args: string[]): Promise<unknown> {
  const { result: value, ...rest } = await document(room, ...args);
  // How the pipeline was found is said where it was not named.
  expect(rest).toEqual({ status: 'success', warnings: args.includes('-t') && !args.includes('-p') ? ['Pipeline shop_pipeline, found from the table sales.orders.'] : [] });
  return value;
}

const targetRows = async (table: string): Promise<string> => (await stack.target.rows(`SELECT COUNT(*) AS count FROM reporting.${table}`))[0]!['count']!;

describe('one pipeline, from nothing to loaded', () => {
  let room: Room;
  beforeAll(async () => {
    await stack.createTable('orders', 5);
    await stack.source.run('ANALYZE TABLE orders');
    room = await stack.room('shop', { tables: { orders: BY_CHANGE }, pipeline: { processing: '{ batch_size: 2 }' } });
  });

  test('config validate-pipeline', async () => {
    expect(masked(await done(room, 'config', 'validate-pipeline', '-p', 'shop_pipeline'))).toMatchInlineSnapshot(`
      "shop_pipeline is valid: SHOP_RO to dw through s3_local
      table                 strategy  mode    target            batch
      SHOP_RO:sales.orders  hybrid    by key  reporting.orders      2
      "
    `);
    expect(await result(room, 'config', 'validate-pipeline', 'shop_pipeline')).toMatchInlineSnapshot(`
      {
        "pipeline": "shop_pipeline",
        "s3_config": "s3_local",
        "source": "SHOP_RO",
        "tables": [
          {
            "batch_size": 2,
            "mode": "by key",
            "strategy": "hybrid",
            "table": "SHOP_RO:sales.orders",
            "target": "reporting.orders",
          },
        ],
        "target": "dw",
      }
    `);
  });

  test('connections test says how far each one got', async () => {
    expect(masked(await done(room, 'connections', 'test', '--all'))).toMatchInlineSnapshot(`
      "SHOP_RO (mysql)
      step           result
      configuration  HOST/sales
      connection     HOST
      tls            verify-full, TLS_AES_256_GCM_SHA384
      login          reader@%
      version SEEN
      clock SEEN
      read only      no
      rights         select: yes, process: yes, replication client: yes

      SHOP_RO_TUNNEL (mysql)
      step           result
      configuration  HOST/sales
      tunnel         HOST
      connection     HOST
      tls            verify-full, TLS_AES_256_GCM_SHA384
      login          reader@%
      version SEEN
      clock SEEN
      read only      no
      rights         select: yes, process: yes, replication client: yes

      dw (redshift)
      step           result
      configuration  HOST/dev
      connection     HOST
      tls            verify-full
      login          loader
      version SEEN
      clock SEEN
      rights         temporary tables: yes; reporting: usage, create; tidemark_work: usage, create

      s3_local (s3)
      step                 result
      configuration        tidemark-local in eu-central-1 at http://HOST
      reachable            it answers
      listing              below incremental/
      write, read, delete  below watermark/
      conditional writes   honoured
      clock SEEN
      "
    `);
    expect(await result(room, 'connections', 'test', 'SHOP_RO', 'dw')).toMatchObject({ connections: [{ name: 'SHOP_RO', kind: 'mysql', error: null }, { name: 'dw', kind: 'redshift', error: null }] });
  });

  test('connections list and info connect to nothing', async () => {
    expect(masked(await done(room, 'connections', 'list'))).toMatchInlineSnapshot(`
      "connection      type      address                                                        tunnel           pipelines
      SHOP_RO         mysql     HOST/sales                                          none             shop_pipeline
      SHOP_RO_TUNNEL  mysql     HOST/sales                                          HOST
      dw              redshift  HOST/dev                                            none             shop_pipeline
      s3_local        s3        http://HOST, bucket tidemark-local in eu-central-1
      "
    `);
    expect(masked(await done(room, 'connections', 'info', 'SHOP_RO_TUNNEL', 'dw'))).toMatchInlineSnapshot(`
      "SHOP_RO_TUNNEL (mysql)
      setting           value
      address           HOST/sales
      username          reader
      auth              password
      tls               verify-full
      tunnel            HOST
      pool              1 to 5 connections, 3 tries
      cursor_time_zone  UTC
      pipelines         none

      dw (redshift)
      setting      value
      address      HOST/dev
      username     loader
      auth         password
      tls          verify-full
      tunnel       none
      pool         1 to 5 connections, 3 tries
      schema       reporting
      work_schema  tidemark_work
      copy         the keys of the S3 configuration
      pipelines    shop_pipeline
      "
    `);
  });

  test('connections health gives a line each', async () => {
    expect(await result(room, 'connections', 'health')).toMatchObject({ connections: ['SHOP_RO', 'SHOP_RO_TUNNEL', 'dw', 's3_local'].map((name) => ({ name, state: 'up', error_code: null })) });
    expect(await result(room, 'connections', 'health', '--type', 's3')).toMatchObject({ connections: [{ name: 's3_local', kind: 's3' }] });
  });

  test('before the first run there is nothing to see', async () => {
    expect(await done(room, 'watermark', 'get', '-p', 'shop_pipeline')).toBe('SHOP_RO:sales.orders\nNo watermark.\n');
    expect(await done(room, 'batches', 'list', '-t', 'sales.orders')).toBe('No batches.\n');
    expect(await done(room, 's3clean', 'list', '-p', 'shop_pipeline')).toBe('No objects.\n');
  });

  test('sync pipeline --dry-run shows what would run and does nothing', async () => {
    expect(masked(await done(room, 'sync', 'pipeline', '-p', 'shop_pipeline', '--dry-run'))).toMatchInlineSnapshot(`
      "SHOP_RO:sales.orders -> reporting.orders
        strategy  hybrid, cursor (updated_at, id), from the beginning, below TIME
        mode      merge, key (id)
        rows      about N
        first     select \`id\` as \`c0\`, \`state\` as \`c1\`, \`updated_at\` as \`c2\` from \`sales\`.\`orders\` as \`orders\` order by \`orders\`.\`id\` limit 2
                  by index PRIMARY (index)
        then      select \`id\` as \`c0\`, \`state\` as \`c1\`, \`updated_at\` as \`c2\` from \`sales\`.\`orders\` as \`orders\` where \`orders\`.\`updated_at\` < 'TIME' order by \`orders\`.\`updated_at\`, \`orders\`.\`id\` limit 2
                  by index updated_at (range)
        CREATE TABLE "reporting"."orders" (
          "id" DECIMAL(20,0) NOT NULL,
          "state" VARCHAR(80),
          "updated_at" TIMESTAMP
        )
        info: Keys proposed for sales.orders, which Redshift chooses now. DISTSTYLE AUTO: about 5 rows are few, and Redshift copies a small table to every node by itself. COMPOUND SORTKEY updated_at, id: reports and increments ask for ranges of time, and new rows come in its order.
          Set optimizer: apply, or write them into redshift_keys.json.
        info: updated_at has no ON UPDATE CURRENT_TIMESTAMP: a change that does not set it is not seen.
          Make sure that every writer sets updated_at.
        info: Merge does not see deleted rows and changed keys.
          Mark rows as deleted at the source instead of deleting them.
      "
    `);
    expect(await result(room, 'sync', 'pipeline', '-p', 'shop_pipeline', '--dry-run')).toMatchObject({ tables: [{ table: 'SHOP_RO:sales.orders', strategy: 'hybrid', mode: 'merge', cursor: ['updated_at', 'id'], keys: ['id'], estimatedRows: expect.any(Number) as number }] });
    expect(await stack.traces(room, 'orders')).toEqual(NO_TRACES);
  });

  test('cdc strategies, cdc validate and cdc test-strategy', async () => {
    expect(await done(room, 'cdc', 'strategies')).toContain('hybrid\n  reads  rows that are new or changed');
    expect(masked(await done(room, 'cdc', 'validate', '-p', 'shop_pipeline'))).toMatchInlineSnapshot(`
      "table                 strategy  mode   result       findings
      SHOP_RO:sales.orders  hybrid    merge  can be read         3

      SHOP_RO:sales.orders
        info: Keys proposed for sales.orders, which Redshift chooses now. DISTSTYLE AUTO: about 5 rows are few, and Redshift copies a small table to every node by itself. COMPOUND SORTKEY updated_at, id: reports and increments ask for ranges of time, and new rows come in its order.
          Set optimizer: apply, or write them into redshift_keys.json.
        info: updated_at has no ON UPDATE CURRENT_TIMESTAMP: a change that does not set it is not seen.
          Make sure that every writer sets updated_at.
        info: Merge does not see deleted rows and changed keys.
          Mark rows as deleted at the source instead of deleting them.
      "
    `);
    expect(masked(await done(room, 'cdc', 'test-strategy', '-p', 'shop_pipeline', '-t', 'sales.orders'))).toMatchInlineSnapshot(`
      "SHOP_RO:sales.orders: hybrid, merge, in the order of updated_at, id
        from the beginning, below TIME
        first load, by index PRIMARY (index)
          select \`id\` as \`c0\`, \`state\` as \`c1\`, \`updated_at\` as \`c2\` from \`sales\`.\`orders\` as \`orders\` order by \`orders\`.\`id\` limit 2
          table   type   possible_keys  key      key_len  rows  Extra
          orders  index                 PRIMARY  8        2
        next increment, by index updated_at (range)
          select \`id\` as \`c0\`, \`state\` as \`c1\`, \`updated_at\` as \`c2\` from \`sales\`.\`orders\` as \`orders\` where \`orders\`.\`updated_at\` < 'TIME' order by \`orders\`.\`updated_at\`, \`orders\`.\`id\` limit 2
          table   type   possible_keys  key         key_len  rows  Extra
          orders  range  updated_at     updated_at  8        5     Using index condition
      "
    `);
    expect(await result(room, 'cdc', 'test-strategy', '-t', 'sales.orders')).toMatchObject({ tables: [{ exit: 0, from: null, first_load: { index: 'PRIMARY' }, increment: { index: 'updated_at', explain: [{ table: 'orders' }] } }] });
    expect(await stack.traces(room, 'orders')).toEqual(NO_TRACES);
  });

  test('sync pipeline --backup-only --limit stages some rows', async () => {
    const { table_results: tables, summary } = await document(room, 'sync', 'pipeline', '-p', 'shop_pipeline', '--backup-only', '--limit', '3');
    expect(tables).toMatchObject({ 'sales.orders': { status: 'success', rows_extracted: 3, rows_loaded: 0, rows_processed: 3, limited: true } });
    expect(summary).toEqual({ success_count: 1, failure_count: 0, total_rows_processed: 3, total_files_created: 2 });
    expect(await stack.hasTarget('orders')).toBe(false);
  });

  test('batches list and s3clean list show what waits', async () => {
    expect(masked(await done(room, 'batches', 'list', '-p', 'shop_pipeline'))).toMatchInlineSnapshot(`
      "table                 batch                    state          rows  files  size   staged
      SHOP_RO:sales.orders  1-000000000001-8aab8407  awaiting load     2      1  SIZE  TIME
      SHOP_RO:sales.orders  1-000000000002-8aab8407  awaiting load     1      1  SIZE  TIME
      "
    `);
    expect(await result(room, 's3clean', 'list', '-p', 'shop_pipeline')).toMatchObject({ bucket: stack.servers.bucket, objects: [{ state: 'awaiting load' }, { state: 'awaiting load' }] });
  });

  test('sync pipeline --redshift-only loads what is staged', async () => {
    const file = join(room.folder, 'result.json');
    const ran = await document(room, 'sync', 'pipeline', '-p', 'shop_pipeline', '--redshift-only', '--json-output', file);
    expect(ran).toMatchObject({ status: 'success', table_results: { 'sales.orders': { rows_extracted: 0, rows_loaded: 3, rows_processed: 3 } } });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(ran);
    expect(await targetRows('orders')).toBe('3');
    expect(await document(room, 'sync', 'pipeline', '-p', 'shop_pipeline', '--redshift-only')).toMatchObject({ table_results: { 'sales.orders': { status: 'up_to_date', note: 'Nothing is staged that is not loaded.' } } });
  });

  test('sync pipeline moves the rest', async () => {
    const ended = await room.sync();
    expect(ended.code, ended.stderr).toBe(0);
    expect(masked(ended.stdout)).toMatchInlineSnapshot(`
      "table         status   rows read  rows loaded  files  time
      sales.orders  success          7            7      4  SECONDS

      RUN_ID: success, 7 rows in SECONDS
      "
    `);
    const told = masked(ended.stderr).split('\n');
    expect(told.slice(0, 5)).toEqual([
      'source  SHOP_RO (HOST/sales), config/pipelines/shop_pipeline.yml:2',
      'target  dw (HOST/dev), schema reporting, config/pipelines/shop_pipeline.yml:3',
      's3      s3_local, bucket tidemark-local, config/pipelines/shop_pipeline.yml:5',
      'batch   2 rows, config/pipelines/shop_pipeline.yml:6',
      'SHOP_RO:sales.orders: started',
    ]);
    expect(told.slice(-2)).toEqual(['SHOP_RO:sales.orders: done, 7 rows read, 7 loaded in SECONDS', '']);
    expect(await targetRows('orders')).toBe('5');
  });

  test('sync pipeline --json is one document', async () => {
    await stack.source.run("UPDATE orders SET state = 'sent', updated_at = NOW(6) - INTERVAL 1 SECOND WHERE id = 1");
    expect(masked(JSON.stringify(await document(room, 'sync', 'pipeline', '-t', 'orders'), null, 2))).toMatchInlineSnapshot(`
      "{
        "execution_id": "RUN_ID",
        "start_time": "TIME",
        "end_time": "TIME",
        "duration_seconds": SECONDS,
        "pipeline": "shop_pipeline",
        "tables_requested": [
          "sales.orders"
        ],
        "total_tables": 1,
        "status": "success",
        "table_results": {
          "sales.orders": {
            "status": "success",
            "rows_processed": 5,
            "files_created": 3,
            "duration_seconds": SECONDS,
            "rows_extracted": 5,
            "rows_loaded": 5,
            "rows_quarantined": 0,
            "policy_counts": [],
            "limited": false,
            "completed_at": "TIME"
          }
        },
        "summary": {
          "success_count": 1,
          "failure_count": 0,
          "total_rows_processed": 5,
          "total_files_created": 3
        },
        "context": {
          "stages": "both",
          "source": "SHOP_RO",
          "target": "dw",
          "s3_config": "s3_local",
          "bucket": "tidemark-local",
          "batch_sizes": {
            "sales.orders": 2
          }
        },
        "warnings": [
          "Pipeline shop_pipeline, found from the table orders."
        ],
        "error": null,
        "exit_code": 0
      }"
    `);
    expect(await stack.target.rows('SELECT state FROM reporting.orders WHERE id = 1')).toEqual([{ state: 'sent' }]);
  });

  test('watermark get and list', async () => {
    expect(masked(await done(room, 'watermark', 'get', '-p', 'shop_pipeline'))).toMatchInlineSnapshot(`
      "SHOP_RO:sales.orders
      epoch, generation  1, 5
      phase              incremental
      staged through     batch 9, after updated_at TIME, id 1
      loaded through     batch 9, after updated_at TIME, id 1
      MySQL to S3        success, 15 rows in all, 5 in the last session
      S3 to Redshift     success, 15 rows in all, 5 in the last session
      written            TIME by RUN_ID
      "
    `);
    expect(await result(room, 'watermark', 'list', '-p', 'shop_pipeline')).toMatchObject({ watermarks: [{ table: 'SHOP_RO:sales.orders', epoch: 1, phase: 'incremental', rows_loaded: expect.any(Number) as number }] });
    expect(await result(room, 'watermark', 'get', '-t', 'sales.orders')).toMatchObject({ watermarks: [{ table: 'SHOP_RO:sales.orders', watermark: { format_version: 1, epoch: 1, mysql_state: { status: 'success' }, redshift_state: { status: 'success' } } }] });
  });

  test('s3clean list names every object', async () => {
    expect(masked(await done(room, 's3clean', 'list', '-t', 'orders')).replaceAll(/ {2,}/g, '  ')).toMatchInlineSnapshot(`
      "state  batch  size  age  key
      loaded  1-000000000001-8aab8407  SIZE  SECONDS  incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000001-TABLE_ID-g1-00000.parquet
      loaded  1-000000000002-8aab8407  SIZE  SECONDS  incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000002-TABLE_ID-g1-00000.parquet
      loaded  1-000000000003-8aab8407  SIZE  SECONDS  incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000003-TABLE_ID-g4-00000.parquet
      loaded  1-000000000004-8aab8407  SIZE  SECONDS  incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000004-TABLE_ID-g4-00000.parquet
      loaded  1-000000000005-8aab8407  SIZE  SECONDS  incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000005-TABLE_ID-g4-00000.parquet
      loaded  1-000000000006-8aab8407  SIZE  SECONDS  incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000006-TABLE_ID-g4-00000.parquet
      loaded  1-000000000007-8aab8407  SIZE  SECONDS  incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000007-TABLE_ID-g5-00000.parquet
      loaded  1-000000000008-8aab8407  SIZE  SECONDS  incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000008-TABLE_ID-g5-00000.parquet
      loaded  1-000000000009-8aab8407  SIZE  SECONDS  incremental/shop_ro_sales_orders/shop_ro_sales_orders_1-000000000009-TABLE_ID-g5-00000.parquet
      9 objects, SIZE
      "
    `);
  });

  test('watermark reset asks, and begins a new epoch', async () => {
    await expectFailure(room, ['watermark', 'reset', '-p', 'shop_pipeline', '-t', 'sales.orders'], { exit: 2, code: 'CLI_NOT_CONFIRMED', says: ['SHOP_RO:sales.orders', 'no terminal to ask at'], remedy: ['--yes'] });
    const planned = (epoch: number) => ({ table: 'SHOP_RO:sales.orders', epoch_before: epoch - 1, epoch, position: null, dropped_batches: [] });
    expect(await result(room, 'watermark', 'reset', '-t', 'sales.orders', '--dry-run')).toMatchObject({ dry_run: true, tables: [planned(2)] });
    expect(await done(room, 'watermark', 'reset', '-t', 'sales.orders', '--yes')).toBe('SHOP_RO:sales.orders: epoch 2 begins, reading from the beginning.\n');
    expect(await document(room, 'sync', 'pipeline', '-p', 'shop_pipeline')).toMatchObject({ table_results: { 'sales.orders': { rows_extracted: expect.any(Number) as number, status: 'success' } } });
    expect(await targetRows('orders')).toBe('5');
    expect(await result(room, 'watermark', 'reset', '-t', 'sales.orders', '--yes')).toMatchObject({ dry_run: false, tables: [planned(3)] });
  });

  test('watermark history and rollback: the reset is undone', async () => {
    expect(await result(room, 'watermark', 'history', '-t', 'sales.orders')).toMatchObject({ entries: [{ epoch: 1 }, { epoch: 2, epoch_before: 1 }, { epoch: 3, epoch_before: 2, in_effect: true }] });
    expect(await done(room, 'watermark', 'rollback', '-t', 'sales.orders', '--yes')).toContain('SHOP_RO:sales.orders: epoch 4 begins, reading ');
    await expectFailure(room, ['watermark', 'rollback', '-t', 'sales.orders', '--to-epoch', '9', '--yes'], { exit: 2, code: 'STATE_NO_HISTORY', says: ['epoch 9'], remedy: ['tidemark watermark history'] });
    expect((await document(room, 'sync', 'pipeline', '-p', 'shop_pipeline'))['status']).toBe('success');
  });

  test('watermark set moves the position, and a missing part is told', async () => {
    expect(masked(await done(room, 'watermark', 'set', '-t', 'sales.orders', '--timestamp', '2020-01-01 00:00:00', '--id', '0', '--yes'))).toContain('epoch 5 begins, reading after updated_at');
    expect(await result(room, 'watermark', 'set', '-t', 'sales.orders', '--id', '3', '--dry-run')).toMatchObject({ tables: [{ epoch: 6, position: { values: ['2020-01-01 00:00:00', '3'] } }] });
    await expectFailure(room, ['watermark', 'set', '-t', 'sales.orders', '--yes'], { exit: 2, code: 'CLI_USAGE', says: ['No part'], remedy: ['--timestamp'] });
    await expectFailure(room, ['watermark', 'set', '-t', 'sales.orders', '--timestamp', 'yesterday', '--yes'], { exit: 2, code: 'CDC_INPUT', says: ['updated_at'], remedy: ['tidemark watermark get'] });
    expect(await document(room, 'sync', 'pipeline', '-p', 'shop_pipeline')).toMatchObject({ table_results: { 'sales.orders': { rows_extracted: 5 } } });
    expect(await targetRows('orders')).toBe('5');
  });

  test('watermark count set, and get with the files', async () => {
    expect(await done(room, 'watermark', 'count', 'set', '-t', 'sales.orders', '--count', '1200', '--yes')).toContain('rows loaded in all are now 1,200.');
    expect(await result(room, 'watermark', 'get', '-t', 'sales.orders', '--show-files')).toMatchObject({ watermarks: [{ watermark: { redshift_state: { total_rows: 1200 } }, files: expect.arrayContaining([expect.objectContaining({ state: 'loaded' })]) as unknown }] });
  });

  test('watermark count validate compares with the source, and ends with 21 when rows are missing', async () => {
    expect(await result(room, 'watermark', 'count', 'validate', '-t', 'sales.orders')).toMatchObject({ tables: [{ mode: 'merge', expected: 5, found: 5, is_equal: true }] });
    await stack.target.run('DELETE FROM reporting.orders WHERE id IN (2, 4)');
    const ended = await room.run('watermark', 'count', 'validate', '-t', 'sales.orders', '--json');
    expect(ended.code).toBe(21);
    expect(documentOf(ended)).toMatchObject({ result: { tables: [{ expected: 5, found: 3, is_equal: false }] } });
  });

  test('sync backfill brings a deleted row back and leaves the position', async () => {
    const position = async () => ((await result(room, 'watermark', 'list', '-t', 'sales.orders')) as { watermarks: { position: unknown }[] }).watermarks[0]!.position;
    const before = await position();
    expect(await done(room, 'sync', 'backfill', '-t', 'sales.orders', '--from-id', '2', '--to-id', '2', '--dry-run')).toContain('the cursor stays');
    expect(await document(room, 'sync', 'backfill', '-t', 'sales.orders', '--from-id', '2', '--to-id', '2')).toMatchObject({ status: 'success', table_results: { 'sales.orders': { rows_loaded: 1 } } });
    expect(await targetRows('orders')).toBe('4');
    expect(await document(room, 'sync', 'backfill', '-t', 'sales.orders', '--hours', '2')).toMatchObject({ status: 'success' });
    expect(await targetRows('orders')).toBe('5');
    expect(await position()).toEqual(before);
    await expectFailure(room, ['sync', 'backfill', '-t', 'sales.orders'], { exit: 2, code: 'CLI_USAGE', says: ['No range'], remedy: ['--hours'] });
  });

  test('a batch whose file is gone: batches show, restage, discard', async () => {
    await stack.source.run("UPDATE orders SET state = 'lost', updated_at = NOW(6) - INTERVAL 1 SECOND WHERE id IN (1, 2, 3)");
    await document(room, 'sync', 'pipeline', '-p', 'shop_pipeline', '--backup-only');
    const listed = (await result(room, 'batches', 'list', '-t', 'sales.orders')) as { batches: { batchId: string; state: string }[] };
    const { batchId } = listed.batches.find(({ state }) => state === 'awaiting load')!;
    const shown = (await result(room, 'batches', 'show', batchId, '-t', 'sales.orders')) as { manifest: { parts: { key: string }[] } };
    expect(await done(room, 'batches', 'show', batchId, '-t', 'sales.orders')).toContain(shown.manifest.parts[0]!.key);
    await stack.bucket.remove(shown.manifest.parts[0]!.key);
    expect((await room.sync('--redshift-only')).code).toBe(15);
    expect(await done(room, 'batches', 'restage', batchId, '-t', 'sales.orders', '--yes')).toContain('tidemark sync pipeline --redshift-only loads them');
    expect((await room.sync('--redshift-only')).code).toBe(0);
    expect(await stack.target.rows("SELECT COUNT(*) AS count FROM reporting.orders WHERE state = 'lost'")).toEqual([{ count: '3' }]);
    await expectFailure(room, ['batches', 'discard', '-t', 'sales.orders', '--yes'], { exit: 2, code: 'STATE_BATCH_UNKNOWN', says: ['no batch that waits'], remedy: ['tidemark batches list'] });
    await expectFailure(room, ['batches', 'show', '1-000000000001-00000000', '-t', 'sales.orders'], { exit: 2, code: 'STATE_BATCH_UNKNOWN', says: ['1-000000000001-00000000'], remedy: ['tidemark batches list'] });
  });

  test('a sync stops at the replaced tool’s watermark until it is taken over', async () => {
    await stack.createTable('moved', 4);
    const moved = await stack.room('moved', { tables: { moved: BY_CHANGE } });
    await stack.bucket.put('watermark/tables/shop_ro_sales_moved.json', JSON.stringify({ last_mysql_data_timestamp: new Date().toISOString().slice(0, 19), last_processed_id: 4, mysql_rows_extracted: 4, redshift_rows_loaded: 4, backup_s3_files: [], processed_s3_files: [] }));
    await expectFailure(moved, ['sync', 'pipeline', '-p', moved.pipeline], { exit: 21, code: 'STATE_OLD_WATERMARK', says: ['watermark/tables/shop_ro_sales_moved.json'], remedy: ['tidemark watermark import -p moved_pipeline -t sales.moved'] });
    await expectFailure(moved, ['watermark', 'import', '-p', moved.pipeline, '-t', 'sales.moved', '--yes'], { exit: 2, code: 'STATE_OLD_TIME_ZONE', says: ['no zone'], remedy: ['--source-time-zone'] });
    expect(await done(moved, 'watermark', 'import', '-p', moved.pipeline, '-t', 'sales.moved', '--source-time-zone', 'UTC', '--rewind', '2h', '--yes')).toContain('old watermark watermark/tables/shop_ro_sales_moved.json (v1)');
    expect((await moved.sync()).code).toBe(0);
    expect(await targetRows('moved')).toBe('4');
  });
});

test('a source behind an ssh server', async () => {
  await stack.createTable('tunnelled');
  const room = await stack.room('tunnel', { tables: { tunnelled: BY_CHANGE }, pipeline: { source: 'SHOP_RO_TUNNEL' } });
  expect(await document(room, 'sync', 'pipeline', '-p', 'tunnel_pipeline')).toMatchObject({ status: 'success', summary: { total_rows_processed: 3 } });
  expect(await targetRows('tunnelled')).toBe('3');
});

test('cdc validate ends with 3 when one of two tables cannot be read, and with the code of all when none can', async () => {
  await stack.createTable('kept');
  const room = await stack.room('checked', { tables: { kept: BY_CHANGE, gone: BY_CHANGE } });
  const ended = await room.run('cdc', 'validate', '-p', room.pipeline, '--json');
  expect(ended.code).toBe(3);
  expect(documentOf(ended)).toMatchObject({ result: { tables: [{ table: 'SHOP_RO:sales.kept', exit: 0 }, { table: 'SHOP_RO:sales.gone', strategy: null, findings: [{ code: 'SOURCE_TABLE_MISSING', severity: 'error' }] }] } });
  expect((await room.run('cdc', 'validate', '-p', room.pipeline, '-t', 'sales.gone')).code).toBe(13);
});

test('two tables of which one fails end with 3, and the other one is loaded', async () => {
  await stack.createTable('good');
  const room = await stack.room('mixed', { tables: { good: BY_CHANGE, absent: BY_CHANGE } });
  const ended = await room.sync('--json');
  expect(ended.code).toBe(3);
  expect(documentOf(ended)).toMatchObject({ status: 'partial_success', exit_code: 3, table_results: { 'sales.good': { status: 'success' }, 'sales.absent': { status: 'failed', error_code: 'SOURCE_TABLE_MISSING' } } });
  expect(await targetRows('good')).toBe('3');
});

describe('help', () => {
  const commands = Object.entries({ ...COMMANDS, ...WATERMARK_COMMANDS, ...S3CLEAN_COMMANDS }).map(([id, command]) => [id.replaceAll(':', ' '), command] as const);

  test.concurrent.each(commands)('%s', async (name, command) => {
    const room = await stack.room('help', { tables: { orders: '{}' } });
    const help = await done(room, ...name.split(' '), '--help');
    const examples = help.split('\n').flatMap((line) => /^ {2}\$ tidemark (.*)$/.exec(line)?.[1] ?? []).filter((line) => !line.includes('['));
    expect(examples.length).toBe(command.examples?.length);
    for (const example of examples) {
      expect(`${example} `.startsWith(`${name} `), example).toBe(true);
      await Parser.parse(Array.from(example.slice(name.length + 1).matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, double, single, bare]) => (double ?? single ?? bare)!), { flags: { ...command.baseFlags, ...command.flags }, args: command.args ?? {}, context: {} as Command });
    }
  });

  test('without a command', async () => {
    const room = await stack.room('bare', { tables: { orders: '{}' } });
    const help = await done(room, '--help');
    for (const [name] of commands) expect(help).toContain(name.split(' ')[0]);
  });
});
