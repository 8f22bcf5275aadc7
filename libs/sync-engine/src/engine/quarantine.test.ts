import { describe, expect, test } from 'vitest';
import { CRASH_POINTS, crashAt, crashPointName, FLAW, MemoryWorld, type RunOptions } from '../testing/index.ts';

const ALLOWED: RunOptions = { table: { quarantineMaxRows: 5 }, reading: { lookbackMs: 0 } };

/** Orders 1 to `count`; those in `flawed` cannot be represented. */
function worldOf(count: number, flawed: readonly number[]): MemoryWorld {
  const world = new MemoryWorld();
  for (let id = 1; id <= count; id++) {
    world.source.put(id, flawed.includes(id) ? `${FLAW}too long` : 'fine');
    world.source.advance(50_000n);
  }
  world.source.advance(5_000_000n);
  return world;
}

/** Requests that a run with quarantined rows makes. */
const REACHED = new Set([
  'leases.acquire', 'lease.release', 'watermarks.read', 'watermarks.write', 'manifests.list', 'manifests.listStanding', 'manifests.publish', 'manifests.writeCopyManifest', 'quarantine.put', 'quarantine.read',
  'source.describe', 'source.clock', 'source.read', 'partWriter.write', 'partWriter.finish', 'target.inspect', 'target.fence', 'target.prepare', 'target.load',
]);

const tableOf = (result: Awaited<ReturnType<MemoryWorld['sync']>>) => result.table_results['sales.orders']!;
const ids = (rows: readonly { readonly id?: string | null }[]) => rows.map(({ id }) => Number(id));
const quarantineKeys = (world: MemoryWorld) => world.store.keys().filter((key) => key.includes('/quarantine/'));
const upTo = (count: number, except: readonly number[] = []) => Array.from({ length: count }, (_unused, index) => index + 1).filter((id) => !except.includes(id));

test('without room a row that cannot be represented fails, and nothing of it is loaded', async () => {
  const world = worldOf(5, [3]);
  expect(await world.sync()).toMatchObject({ status: 'failed', exit_code: 20, table_results: { 'sales.orders': { error_code: 'DATA_OVERSIZE', rows_loaded: 0, rows_quarantined: 0 } } });
  expect(quarantineKeys(world)).toEqual([]);
});

test('I5: with room it is set aside, the others are loaded, and the run says so', async () => {
  const world = worldOf(25, [1, 7, 25]);
  const result = await world.sync(ALLOWED);
  expect(result).toMatchObject({ status: 'partial_success', exit_code: 20, error: null });
  expect(tableOf(result)).toMatchObject({ status: 'success', rows_extracted: 25, rows_loaded: 22, rows_quarantined: 3 });
  expect(ids(world.target.rows())).toEqual(upTo(25, [1, 7, 25]));
  expect(quarantineKeys(world)).toEqual([expect.stringMatching(/^watermark\/shop_pipeline\/dw\/quarantine\/shop_ro_sales_orders\/.*\.jsonl$/), expect.any(String)]);
  const manifests = await world.manifests();
  expect(manifests.map(({ counts, quarantine, parts }) => [counts.rows, counts.quarantined, quarantine?.rows ?? 0, parts.reduce((sum, part) => sum + part.rows, 0)])).toEqual([[8, 2, 2, 8], [10, 0, 0, 10], [4, 1, 1, 4]]);
  expect(manifests.map(({ quarantine }) => quarantine?.key).filter((key) => key !== undefined)).toEqual(quarantineKeys(world));
  const found = world.events.flatMap((event) => (event.type === 'finding' && event.finding.code === 'ROWS_QUARANTINED' ? [event.finding.message] : []));
  expect(found[0]).toContain("2 rows aside");
  expect(found[0]).toContain("id = '1'");
});

test('a batch of nothing but such rows moves the cursor', async () => {
  const world = worldOf(3, [1, 2, 3]);
  expect(tableOf(await world.sync(ALLOWED))).toMatchObject({ rows_extracted: 3, rows_loaded: 0, rows_quarantined: 3 });
  world.source.advance(600_000_000n);
  expect(await world.sync(ALLOWED)).toMatchObject({ status: 'success', exit_code: 0 });
});

test('a whole batch of nothing but such rows moves the cursor, and the rows after it are read', async () => {
  const world = worldOf(25, upTo(10));
  const room: RunOptions = { ...ALLOWED, table: { quarantineMaxRows: 20 } };
  expect(tableOf(await world.sync(room))).toMatchObject({ rows_extracted: 25, rows_loaded: 15, rows_quarantined: 10 });
  for (let id = 26; id <= 45; id++) world.source.put(id, id <= 35 ? `${FLAW}too long` : 'fine');
  world.source.advance(600_000_000n);
  expect(tableOf(await world.sync(room))).toMatchObject({ rows_extracted: 20, rows_loaded: 10, rows_quarantined: 10 });
  expect(tableOf(await world.sync(room))).toMatchObject({ status: 'up_to_date', rows_quarantined: 0 });
});

test('one row more than there is room for fails', async () => {
  const world = worldOf(25, [1, 2, 3, 4, 5, 6]);
  expect(await world.sync(ALLOWED)).toMatchObject({ status: 'failed', exit_code: 20, table_results: { 'sales.orders': { error_code: 'DATA_OVERSIZE', rows_loaded: 0 } } });
  expect(await world.sync({ table: { quarantineMaxRows: 6 } })).toMatchObject({ status: 'partial_success', table_results: { 'sales.orders': { rows_quarantined: 6, rows_loaded: 19 } } });
});

test('the room is that of the run, over all of its batches', async () => {
  const world = worldOf(25, [1, 11, 21]);
  const result = await world.sync({ table: { quarantineMaxRows: 2 } });
  expect(result).toMatchObject({ status: 'failed', exit_code: 20 });
  expect(tableOf(result)).toMatchObject({ rows_quarantined: 2, rows_loaded: 18 });
});

test('what another run staged and this one loads is counted by this one too', async () => {
  const world = worldOf(10, [4]);
  expect(await world.sync({ ...ALLOWED, stages: 'backup-only' })).toMatchObject({ status: 'partial_success', exit_code: 20 });
  const result = await world.sync({ stages: 'redshift-only' });
  expect(result).toMatchObject({ status: 'partial_success', exit_code: 20 });
  expect(tableOf(result)).toMatchObject({ rows_loaded: 9, rows_quarantined: 1 });
});

test('a snapshot set that lacks rows is never said to be whole', async () => {
  const world = worldOf(25, [25]);
  const result = await world.sync({ ...ALLOWED, reading: { strategy: 'full_sync', resumable: false, additionalWhere: null } as never, stages: 'backup-only' });
  expect(result).toMatchObject({ status: 'partial_success', exit_code: 20 });
  expect(tableOf(result)).toMatchObject({ rows_extracted: 25, rows_quarantined: 1, incomplete: true });
  expect((await world.manifests()).map(({ snapshot }) => snapshot?.final)).toEqual([false, false, false]);
});

describe('a requeue', () => {
  const requeue: RunOptions = { ...ALLOWED, requeue: true };

  async function afterRun(): Promise<MemoryWorld> {
    const world = worldOf(25, [2, 9, 16]);
    await world.sync(ALLOWED);
    world.source.advance(600_000_000n);
    return world;
  }

  test('reads mended rows by their keys, without moving the cursor; those that are gone give nothing', async () => {
    const world = await afterRun();
    const before = (await world.watermark())?.staged_through.position;
    world.source.mend(2, 'mended');
    world.source.mend(9, 'mended');
    world.source.remove(16);
    const result = await world.sync(requeue);
    expect(result).toMatchObject({ status: 'success', exit_code: 0 });
    expect(tableOf(result)).toMatchObject({ rows_requeued: 3, rows_quarantined: 0, rows_loaded: 2 });
    expect(world.target.rows()).toEqual(world.source.rows());
    expect((await world.watermark())?.staged_through.position).toEqual(before);
    expect((await world.manifests()).at(-1)).toMatchObject({ advances: false, requeues: [1, 2], counts: { rows: 0 }, parts: [] });
  });

  test('sets aside again what still cannot be represented, and reads it the next time', async () => {
    const world = await afterRun();
    world.source.mend(2, 'mended');
    const first = await world.sync(requeue);
    expect(first).toMatchObject({ status: 'partial_success', exit_code: 20 });
    expect(tableOf(first)).toMatchObject({ rows_requeued: 3, rows_quarantined: 2 });
    world.source.mend(9, 'mended');
    world.source.mend(16, 'mended');
    expect(tableOf(await world.sync(requeue))).toMatchObject({ rows_requeued: 2, rows_quarantined: 0 });
    expect(world.target.rows()).toEqual(world.source.rows());
    expect(tableOf(await world.sync(requeue))).toMatchObject({ rows_requeued: 0, status: 'up_to_date' });
  });

  test('leaves a row that was changed since to the increments', async () => {
    const world = await afterRun();
    world.source.put(2, 'newer');
    world.source.advance(5_000_000n);
    world.source.mend(9, 'mended');
    world.source.mend(16, 'mended');
    const result = await world.sync(requeue);
    expect(tableOf(result)).toMatchObject({ rows_loaded: 3, rows_extracted: 3 });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('has nothing to do where nothing was set aside', async () => {
    const world = worldOf(3, []);
    await world.sync();
    world.source.advance(600_000_000n);
    expect(await world.sync({ requeue: true })).toMatchObject({ status: 'success', table_results: { 'sales.orders': { rows_requeued: 0 } } });
  });

  test('I7: finds its rows after a cleaning, which takes neither them nor the manifest that names them', async () => {
    const world = await afterRun();
    const keys = quarantineKeys(world);
    await world.clean('loaded');
    expect(quarantineKeys(world)).toEqual(keys);
    expect(world.store.keys().filter((key) => key.endsWith('.parquet') || key.startsWith('incremental/'))).toEqual([]);
    for (const id of [2, 9, 16]) world.source.mend(id, 'mended');
    expect(tableOf(await world.sync(requeue))).toMatchObject({ rows_requeued: 3, rows_loaded: 3 });
    expect(world.target.rows()).toEqual(world.source.rows());
    await world.clean('loaded');
    expect(quarantineKeys(world)).toEqual(keys);
    expect((await world.sync(requeue)).exit_code).toBe(0);
  });

  test('stops when the object that a manifest names is gone', async () => {
    const world = await afterRun();
    await world.store.deleteMany([quarantineKeys(world)[0]!]);
    expect(await world.sync(requeue)).toMatchObject({ exit_code: 21, table_results: { 'sales.orders': { error_code: 'QUARANTINE_MISSING' } } });
  });
});

describe('I1, I5: a run that sets rows aside and breaks', () => {
  const points = CRASH_POINTS.filter(({ port, method }) => REACHED.has(`${port}.${method}`) && !['quarantine.read', 'manifests.listStanding'].includes(`${port}.${method}`));

  test.each(points.map((point) => ({ point, name: crashPointName(point) })))('at $name leaves no row out', async ({ point }) => {
    let struck = 0;
    for (const nth of [1, 2]) {
      const world = worldOf(25, [2, 9, 16]);
      const crash = crashAt(point, nth);
      await world.sync({ ...ALLOWED, wrapper: crash });
      if (crash.hasStruck) struck++;
      world.letLeasesExpire();
      const settled = await world.sync(ALLOWED);
      expect(['success', 'partial_success']).toContain(settled.status);
      const aside = (await world.manifests()).reduce((sum, { counts }) => sum + counts.quarantined, 0);
      expect(ids(world.target.rows())).toEqual(upTo(25, [2, 9, 16]));
      expect(aside, 'each row is set aside').toBeGreaterThanOrEqual(3);
    }
    expect(struck, 'the crash point was passed').toBeGreaterThan(0);
  });
});

describe('I1-I3: a requeue that breaks', () => {
  const points = CRASH_POINTS.filter(({ port, method }) => REACHED.has(`${port}.${method}`));

  test.each(points.map((point) => ({ point, name: crashPointName(point) })))('at $name is whole after the next one', async ({ point }) => {
    let struck = 0;
    for (const nth of [1, 2, 3]) {
      const world = worldOf(25, [2, 9, 16]);
      await world.sync(ALLOWED);
      world.source.advance(600_000_000n);
      world.source.mend(2, 'mended');
      world.source.mend(9, 'mended');
      const crash = crashAt(point, nth);
      await world.sync({ ...ALLOWED, requeue: true, wrapper: crash });
      if (crash.hasStruck) struck++;
      world.letLeasesExpire();
      world.source.mend(16, 'mended');
      expect(await world.sync({ ...ALLOWED, requeue: true })).toMatchObject({ exit_code: expect.toBeOneOf([0, 20]) as number });
      expect(await world.sync({ ...ALLOWED, requeue: true })).toMatchObject({ status: 'success', exit_code: 0 });
      expect(world.target.rows()).toEqual(world.source.rows());
      const seqs = world.target.ledger.map(({ seq }) => seq);
      expect(seqs, 'I3: every batch once, in order, without gaps').toEqual(seqs.map((_, index) => index + 1));
    }
    expect(struck, 'the crash point was passed').toBeGreaterThan(0);
  });
});
