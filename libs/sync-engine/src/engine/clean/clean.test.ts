import { stateKeys } from '@tidemark/layout';
import { describe, expect, test } from 'vitest';
import { breakingStore } from '../../../test/breaking-store.ts';
import { MEMORY_SETTINGS, MEMORY_TASK, MemoryWorld } from '../../testing/index.ts';
import { repairWatermark } from '../state/repair-watermark.ts';
import type { CleanOutcome } from './clean-table.ts';

const KEYS = stateKeys({ watermarkPath: MEMORY_SETTINGS.watermarkPath, task: MEMORY_TASK });
const DATA = 'incremental/';

function fill(world: MemoryWorld, from: number, to: number): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, `row ${id}`);
    world.source.advance(50_000n);
  }
  world.source.advance(5_000_000n);
}

/** A world with a first load of three batches and two increments, all loaded. */
async function loadedWorld(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  for (const [from, to] of [[1, 25], [26, 30], [31, 35]] as const) {
    fill(world, from, to);
    expect(await world.sync()).toMatchObject({ exit_code: 0 });
    world.source.advance(600_000_000n);
  }
  return world;
}

const dataKeys = (world: MemoryWorld): readonly string[] => world.store.keys().filter((key) => key.startsWith(DATA));
const manifests = (world: MemoryWorld): readonly string[] => world.store.keys().filter((key) => key.startsWith(KEYS.manifestPrefix(1)));
const tombstones = (world: MemoryWorld): readonly string[] => world.store.keys().filter((key) => key.startsWith(KEYS.tombstonePrefix(1)));

/** The next run goes on, and source and target are equal. */
async function expectGoesOn(world: MemoryWorld): Promise<void> {
  world.letLeasesExpire();
  fill(world, 20, 45);
  expect(await world.sync()).toMatchObject({ exit_code: 0 });
  expect(world.target.rows()).toEqual(world.source.rows());
}

describe('I7: cleaning loaded files', () => {
  test('removes exactly the parts of loaded batches, and every manifest but the newest', async () => {
    const world = await loadedWorld();
    const before = dataKeys(world);
    await world.store.put(`${DATA}shop_ro_sales_orders/notes.txt`, 'foreign');
    await world.store.put(`${DATA}shop_ro_sales_orders_archive/x.parquet`, 'foreign');
    const outcome = (await world.clean('loaded')) as CleanOutcome;
    expect(outcome).toMatchObject({ before: { objects: before.length }, removed: { objects: before.length }, after: { objects: 0, bytes: 0 } });
    expect([...outcome.keys].sort()).toEqual([...before].sort());
    expect(dataKeys(world)).toEqual([`${DATA}shop_ro_sales_orders/notes.txt`, `${DATA}shop_ro_sales_orders_archive/x.parquet`]);
    expect(manifests(world)).toEqual([KEYS.manifest(1, world.target.ledger.length)]);
    expect(tombstones(world)).toEqual([KEYS.tombstone(1, world.target.ledger.length)]);
    expect(world.store.keys().filter((key) => key.startsWith(KEYS.copyManifestPrefix(1))).length).toBeLessThanOrEqual(1);
    await expectGoesOn(world);
    expect((await world.clean('loaded')) as CleanOutcome).toMatchObject({ after: { objects: 0 } });
    await expectGoesOn(world);
  });

  test('leaves a watermark that can be rebuilt from ledger and manifests', async () => {
    const world = await loadedWorld();
    const before = await world.watermark();
    await world.clean('loaded');
    await world.store.deleteMany([KEYS.watermark]);
    await world.command((request, ports) => repairWatermark(request, ports));
    const { phase, staged_through, loaded_through } = (await world.watermark())!;
    expect({ phase, staged_through, loaded_through }).toEqual({ phase: before!.phase, staged_through: before!.staged_through, loaded_through: before!.loaded_through });
    await expectGoesOn(world);
  });

  test('leaves what waits to be loaded', async () => {
    const world = await loadedWorld();
    fill(world, 36, 40);
    await world.sync({ stages: 'backup-only' });
    const loaded = new Set(((await world.clean('loaded', { isDryRun: true })) as CleanOutcome).keys);
    const waiting = dataKeys(world).filter((key) => !loaded.has(key));
    expect(waiting.length).toBeGreaterThan(0);
    await world.clean('loaded');
    expect(dataKeys(world)).toEqual(waiting);
    expect(await world.sync({ stages: 'redshift-only' })).toMatchObject({ exit_code: 0 });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('leaves batches that are younger, and those that a pattern does not match as a whole', async () => {
    const world = await loadedWorld();
    const all = dataKeys(world);
    expect((await world.clean('loaded', { olderThanMs: 3_600_000 })) as CleanOutcome).toMatchObject({ removed: { objects: 0 } });
    expect((await world.clean('loaded', { pattern: '*.csv' })) as CleanOutcome).toMatchObject({ removed: { objects: 0 } });
    expect(dataKeys(world)).toEqual(all);
    const second = (await world.clean('loaded', { pattern: '*_1-000000000002-*.parquet' })) as CleanOutcome;
    expect(second.batches.map(({ batchId }) => batchId.slice(0, 14))).toEqual(['1-000000000002']);
    expect(manifests(world), 'a manifest stays while an older one stays').toHaveLength(world.target.ledger.length);
    await world.clean('loaded');
    expect(manifests(world)).toHaveLength(1);
    await expectGoesOn(world);
  });

  test('does nothing when asked what it would do', async () => {
    const world = await loadedWorld();
    const before = world.store.keys().filter((key) => !key.includes('/leases/'));
    expect((await world.clean('loaded', { isDryRun: true })) as CleanOutcome).toMatchObject({ removed: { objects: dataKeys(world).length }, after: { objects: dataKeys(world).length } });
    expect(world.store.keys().filter((key) => !key.includes('/leases/'))).toEqual(before);
  });

  test('removes nothing when the watermark is gone, or its manifests are', async () => {
    const world = await loadedWorld();
    await world.store.deleteMany([KEYS.manifest(1, world.target.ledger.length)]);
    await expect(world.clean('loaded')).rejects.toMatchObject({ code: 'STATE_MANIFEST_MISSING' });
    await expect(world.clean('orphans')).rejects.toMatchObject({ code: 'STATE_MANIFEST_MISSING' });
    await world.store.deleteMany([KEYS.watermark]);
    const all = dataKeys(world);
    await expect(world.clean('loaded')).rejects.toMatchObject({ code: 'STATE_NO_WATERMARK' });
    await expect(world.clean('orphans')).rejects.toMatchObject({ code: 'STATE_NO_WATERMARK' });
    expect(dataKeys(world)).toEqual(all);
  });

  test('that breaks before or after any request leaves a table that goes on, and the next cleaning ends it', async () => {
    let steps = 0;
    for (let breaksAt = 1; breaksAt <= steps + 1; breaksAt++) {
      const world = await loadedWorld();
      const counting = breakingStore(world.store, breaksAt);
      await world.clean('loaded', { objects: counting.port }).catch((error: Error) => expect(error.message).toBe('broke'));
      steps = Math.max(steps, counting.count);
      if (breaksAt % 2 === 0) await expectGoesOn(world);
      world.letLeasesExpire();
      await world.clean('loaded');
      expect(dataKeys(world)).toEqual([]);
      expect(manifests(world)).toHaveLength(1);
      expect(tombstones(world).length).toBeLessThanOrEqual(1);
      await expectGoesOn(world);
    }
    expect(steps).toBeGreaterThan(20);
  });
});

describe('cleaning orphans', () => {
  test('removes phantoms of older generations, and nothing that a manifest names or that is foreign', async () => {
    const world = await loadedWorld();
    const named = dataKeys(world);
    const { key } = { key: named[0]! };
    const phantom = key.replace(/-g\d+-/, '-g1-').replace('-000000000001-', '-000000000099-');
    const future = phantom.replace('-g1-', '-g999-');
    const archive = phantom.replaceAll('sales_orders', 'sales_orders_archive');
    for (const other of [phantom, future, archive, `${DATA}readme.txt`]) await world.store.put(other, 'x');
    const upload = world.store.openUpload(phantom.replace('00000.parquet', '00001.parquet'));
    await upload.write(Buffer.from('x'));
    expect(await world.clean('orphans', { olderThanMs: 3_600_000 })).toMatchObject({ keys: [], uploads: [] });
    expect(await world.clean('orphans', { isDryRun: true })).toMatchObject({ keys: [phantom] });
    expect(await world.clean('orphans')).toMatchObject({ keys: [phantom], uploads: [phantom.replace('00000.parquet', '00001.parquet')], removed: { objects: 1, bytes: 1 } });
    expect(dataKeys(world)).toEqual([...named, future, archive, `${DATA}readme.txt`].sort());
    expect(await world.clean('orphans')).toMatchObject({ keys: [], uploads: [] });
    await expectGoesOn(world);
  });
});
