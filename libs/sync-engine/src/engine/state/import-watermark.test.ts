import { describe, expect, test } from 'vitest';
import { crashAt, MEMORY_SETTINGS, MEMORY_TABLE, MemoryWorld, type CommandOptions } from '../../testing/index.ts';
import type { PortRequest } from '../port-methods.ts';
import { importWatermark, type ImportRequest } from './import-watermark.ts';
import { readOldTime } from './old-time.ts';

const V1 = 'watermark/tables/shop_ro_sales_orders.json';
const V2 = 'watermarks/v2/shop_ro_sales_orders_dw.json';
const DAY_MS = 86_400_000;

/** A day and a half of rows at the source, one every hour. */
function lived(): MemoryWorld {
  const world = new MemoryWorld();
  for (let id = 1; id <= 36; id++) {
    world.source.put(id, 'first');
    world.source.advance(3_600_000_000n);
  }
  return world;
}

const timeOf = (world: MemoryWorld, id: number): string => world.source.rows().find((row) => row.id === String(id))!.updated_at!;

async function leave(world: MemoryWorld, more: object = {}, key = V1): Promise<void> {
  await world.store.put(key, JSON.stringify({ last_mysql_data_timestamp: `${timeOf(world, 36).slice(0, 19).replace(' ', 'T')}Z`, last_processed_id: 36, mysql_rows_extracted: 36, redshift_rows_loaded: 36, backup_s3_files: [], processed_s3_files: ['s3://memory/incremental/shop_ro_sales_orders_20260131_120000_batch_1.parquet'], ...more }));
}

const take = (world: MemoryWorld, options: CommandOptions<ImportRequest> = {}) =>
  world.command((request, ports) => importWatermark({ table: MEMORY_TABLE, settings: MEMORY_SETTINGS, sourceTimeZone: null, rewindMs: DAY_MS, ...request }, { ...ports, source: ports.source!, objects: world.store }), options);

test('a sync stops while the old watermark was not taken over, names the command, and leaves nothing behind', async () => {
  const world = lived();
  await leave(world);
  const keys = world.store.keys();
  for (const stages of ['both', 'backup-only', 'redshift-only'] as const) {
    const result = await world.sync({ stages });
    expect(result).toMatchObject({ status: 'failed', exit_code: 21, error: { code: 'STATE_OLD_WATERMARK', message: expect.stringContaining(V1) as string } });
    expect(result.table_results['sales.orders']!.error_remedy!.join(' ')).toContain('tidemark watermark import -p shop_pipeline -t sales.orders');
  }
  expect(world.store.keys().filter((key) => !key.includes('/leases/'))).toEqual(keys);
  expect(world.target.rows()).toEqual([]);
});

describe('the import', () => {
  test('goes on a day before the old time, and counts on', async () => {
    const world = lived();
    await leave(world);
    const { old, after } = await take(world);
    expect(old).toMatchObject({ layout: 'v1', id: '36' });
    expect(after).toMatchObject({ epoch: 1, phase: 'incremental', source_id: 'memory-source', redshift_state: { total_rows: 36 }, loaded_through: { seq: 0, position: { kind: 'tick', column: 'updated_at' } } });
    expect(await world.sync({ reading: { lookbackMs: 0 } })).toMatchObject({ status: 'success' });
    expect(world.target.rows().map(({ id }) => Number(id))).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36]);
  });

  test.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '99999999999', 'yesterday'])('refuses a time that nobody can go on from: %s', async (last_mysql_data_timestamp) => {
    const world = lived();
    await leave(world, { last_mysql_data_timestamp });
    await expect(take(world)).rejects.toMatchObject({ code: 'STATE_OLD_POSITION', exit: 21, message: expect.stringContaining(last_mysql_data_timestamp) as string });
    expect(await world.watermark()).toBeNull();
  });

  test('reads the second layout too', async () => {
    const world = lived();
    await world.store.put(V2, JSON.stringify({ version: '2.0', table_name: 'SHOP_RO:sales.orders', mysql_state: { last_timestamp: timeOf(world, 36), last_id: '36', total_rows: 36 }, redshift_state: { total_rows: 36 }, processed_files: [] }));
    await expect(take(world)).rejects.toMatchObject({ code: 'STATE_OLD_TIME_ZONE', exit: 2 });
    expect((await take(world, { sourceTimeZone: 'UTC' })).old.layout).toBe('v2');
  });

  test('a dry run writes nothing', async () => {
    const world = lived();
    await leave(world);
    const keys = world.store.keys();
    expect(await take(world, { isDryRun: true })).toMatchObject({ isDryRun: true, estimatedRows: 36 });
    expect(world.store.keys()).toEqual(keys);
    expect(await world.watermark()).toBeNull();
  });

  test.each([
    ['named by its waiting list', { backup_s3_files: ['s3://memory/incremental/somewhere.parquet'] }, null],
    ['that lies there and is not among the loaded', {}, 'incremental/table=shop_ro_sales_orders/year=2026/month=01/day=31/shop_ro_sales_orders_20260131_130000_batch_2.parquet'],
  ])('I1: is refused while a file waits, %s', async (_how, more, file) => {
    const world = lived();
    await leave(world, more);
    if (file !== null) await world.store.put(file, 'parquet');
    await expect(take(world)).rejects.toMatchObject({ code: 'STATE_OLD_FILES_WAITING', exit: 21, details: { count: 1 } });
    expect(await world.watermark()).toBeNull();
  });

  test('files that are loaded, and those of other tables, do not matter', async () => {
    const world = lived();
    await leave(world);
    await world.store.put('incremental/shop_ro_sales_orders_20260131_120000_batch_1.parquet', 'parquet');
    await world.store.put('incremental/shop_ro_sales_orders_history_20260131_120000_batch_1.parquet', 'parquet');
    await take(world);
  });

  test('is done once, and finds something', async () => {
    const world = lived();
    await expect(take(world)).rejects.toMatchObject({ code: 'STATE_NO_OLD_WATERMARK', exit: 2 });
    await leave(world);
    await take(world);
    await expect(take(world)).rejects.toMatchObject({ code: 'STATE_IMPORTED', exit: 2 });
  });

  test.each([[{ last_mysql_data_timestamp: null, last_processed_id: null }], [{ last_mysql_data_timestamp: 'yesterday' }]])('a position that nobody can read is refused: %j', async (more) => {
    const world = lived();
    await leave(world, more);
    await expect(take(world, { sourceTimeZone: 'UTC' })).rejects.toMatchObject({ code: 'STATE_OLD_POSITION', exit: 21 });
  });

  test('in append mode it asks for --accept-duplicates', async () => {
    const world = lived();
    await leave(world);
    await expect(take(world, { mode: 'append' })).rejects.toMatchObject({ code: 'STATE_WOULD_DUPLICATE' });
    await take(world, { mode: 'append', acceptDuplicates: true });
  });

  test('a reset begins anew without it', async () => {
    const world = lived();
    await leave(world);
    await world.reset();
    expect(await world.sync()).toMatchObject({ status: 'success' });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('I1: dies at any step, and a second one settles it', async () => {
    const requests: PortRequest[] = [];
    const clean = lived();
    await leave(clean);
    await take(clean, { wrapper: { call: (request, proceed) => (requests.push(request), proceed()), stream: (request, proceed) => (requests.push(request), proceed()) } });
    const passed = new Map<string, number>();
    for (const request of requests) {
      const name = `${request.port}.${request.method}`;
      passed.set(name, (passed.get(name) ?? 0) + 1);
      for (const moment of ['before', 'after', 'answer-lost'] as const) {
        const world = lived();
        await leave(world);
        await take(world, { wrapper: crashAt({ ...request, moment }, passed.get(name)!) }).catch(() => undefined);
        world.letLeasesExpire();
        await take(world).catch((error: unknown) => expect(error).toMatchObject({ code: 'STATE_IMPORTED' }));
        expect((await world.watermark())?.loaded_through.position, `${name}:${moment}`).toMatchObject({ kind: 'tick' });
        expect(await world.sync({ reading: { lookbackMs: 0 } }), `${name}:${moment}`).toMatchObject({ status: 'success' });
        expect(world.target.rows().length).toBe(25);
      }
    }
    expect([...passed.keys()]).toEqual(expect.arrayContaining(['watermarks.findOld', 'watermarks.write', 'target.fence']));
  });
});

describe('times of the replaced tool', () => {
  const iso = (text: string, zone: string | null): string => {
    const time = readOldTime(text, zone);
    return time.kind === 'instant' ? new Date(time.ms).toISOString() : time.kind;
  };

  test.each([
    ['2026-01-31 12:00:00', null, 'naive'],
    ['2026-01-31T12:00:00.123456', 'UTC', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T12:00:00Z', null, '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00+02:00', null, '2026-01-31T10:00:00.000Z'],
    ['2026-01-31 12:00:00-0530', null, '2026-01-31T17:30:00.000Z'],
    ['1769860800', null, '2026-01-31T12:00:00.000Z'],
    ['1769860800500', null, '2026-01-31T12:00:00.500Z'],
    ['2026-01-31 12:00:00', 'Europe/Berlin', '2026-01-31T11:00:00.000Z'],
    ['2026-07-31 12:00:00', 'Europe/Berlin', '2026-07-31T10:00:00.000Z'],
    // Comes twice: the first time is meant.
    ['2026-10-25 02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['yesterday', 'UTC', 'unreadable'],
    ['2026-13-41 12:00:00', 'UTC', 'unreadable'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(iso(text, zone)).toBe(expected);
  });
});
