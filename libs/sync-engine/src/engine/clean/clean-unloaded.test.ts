import { stateKeys } from '@tidemark/layout';
import { describe, expect, test } from 'vitest';
import { breakingStore } from '../../../test/breaking-store.ts';
import { CRASH_POINTS, crashAt, crashPointName, FLAW, MEMORY_SETTINGS, MEMORY_TASK, MemoryWorld } from '../../testing/index.ts';
import type { OrphanOutcome } from './clean-orphans.ts';

const KEYS = stateKeys({ watermarkPath: MEMORY_SETTINGS.watermarkPath, task: MEMORY_TASK });
const DATA = 'incremental/';

function fill(world: MemoryWorld, from: number, to: number, state = 'row'): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, `${state} ${id}`);
    world.source.advance(50_000n);
  }
  world.source.advance(5_000_000n);
}

/** Two loaded batches, then three that wait; the loaded files stand. */
async function waitingWorld(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  fill(world, 1, 15);
  expect(await world.sync()).toMatchObject({ exit_code: 0 });
  world.source.advance(600_000_000n);
  fill(world, 10, 35, 'changed');
  expect(await world.sync({ stages: 'backup-only' })).toMatchObject({ exit_code: 0 });
  return world;
}

const dataKeys = (world: MemoryWorld): readonly string[] => world.store.keys().filter((key) => key.startsWith(DATA));
const objectKeys = (world: MemoryWorld): readonly string[] => world.store.keys().filter((key) => !key.includes('/leases/'));

async function expectGoesOn(world: MemoryWorld): Promise<void> {
  world.letLeasesExpire();
  fill(world, 30, 50, 'later');
  expect(await world.sync()).toMatchObject({ exit_code: 0 });
  expect(world.target.rows()).toEqual(world.source.rows());
}

describe('P8: cleaning what waits to be loaded', () => {
  test('begins an epoch, removes exactly what waits, and the next run reads the rows again', async () => {
    const world = await waitingWorld();
    const before = dataKeys(world);
    const waiting = (await world.manifests()).filter(({ seq }) => seq > world.target.ledger.length);
    expect(waiting.length).toBeGreaterThan(1);
    const parts = waiting.flatMap((manifest) => manifest.parts.map(({ key }) => key));
    const planned = await world.cleanUnloaded({ isDryRun: true });
    expect(planned).toMatchObject({ epoch: 2, kept: [], removed: { objects: parts.length }, batches: waiting.map(({ batch_id: batchId, counts }) => ({ batchId, rows: counts.rows, isReadAgain: true })) });
    const outcome = await world.cleanUnloaded({ agreed: planned.batches.map(({ batchId }) => batchId) });
    expect(outcome).toEqual(planned);
    expect([...outcome.keys].sort()).toEqual([...parts].sort());
    expect(dataKeys(world)).toEqual(before.filter((key) => !parts.includes(key)));
    const watermark = await world.watermark();
    expect(watermark).toMatchObject({ epoch: 2, staged_through: { seq: 0 }, loaded_through: { seq: 0, position: outcome.readsAfter } });
    const { ledger } = await world.command((request, ports) => ports.target!.inspect(request.task, request.target));
    expect(ledger).toMatchObject({ epoch: 2, seq: 0 });
    expect(world.store.keys().filter((key) => key.startsWith(KEYS.manifestPrefix(1)))).toHaveLength(world.target.ledger.length);
    expect(world.store.keys().filter((key) => key.startsWith(KEYS.tombstonePrefix(1)))).toEqual([]);
    await expectGoesOn(world);
  });

  test('does nothing when nothing waits', async () => {
    const world = new MemoryWorld();
    expect(await world.cleanUnloaded()).toMatchObject({ batches: [], epoch: null });
    fill(world, 1, 5);
    await world.sync();
    const before = objectKeys(world);
    expect(await world.cleanUnloaded()).toMatchObject({ batches: [], kept: [], epoch: null });
    expect(objectKeys(world)).toEqual(before);
    expect(await world.watermark()).toMatchObject({ epoch: 1 });
  });

  test('does nothing when asked what it would do', async () => {
    const world = await waitingWorld();
    const before = objectKeys(world);
    await world.cleanUnloaded({ isDryRun: true });
    expect(objectKeys(world)).toEqual(before);
    expect(await world.watermark()).toMatchObject({ epoch: 1 });
  });

  test('takes all that waits or nothing: one batch that is younger or does not match keeps the others', async () => {
    const world = await waitingWorld();
    const before = objectKeys(world);
    const [first] = (await world.manifests()).filter(({ seq }) => seq > world.target.ledger.length);
    for (const options of [{ olderThanMs: 3_600_000 }, { pattern: `*${first!.batch_id.slice(0, 14)}*` }]) {
      const outcome = await world.cleanUnloaded(options);
      expect(outcome).toMatchObject({ batches: [], epoch: null, removed: { objects: 0 } });
      expect(outcome.kept).toContain(first!.batch_id);
    }
    expect(objectKeys(world)).toEqual(before);
  });

  test('removes nothing that was staged after the question', async () => {
    const world = await waitingWorld();
    const { batches } = await world.cleanUnloaded({ isDryRun: true });
    fill(world, 51, 55);
    await world.sync({ stages: 'backup-only' });
    const before = objectKeys(world);
    await expect(world.cleanUnloaded({ agreed: batches.map(({ batchId }) => batchId) })).rejects.toMatchObject({ code: 'CLEAN_OTHERS_WAIT' });
    expect(objectKeys(world)).toEqual(before);
  });

  test('in append mode the rows stand in the target once', async () => {
    const world = new MemoryWorld();
    const append = { table: { loadMode: 'append' as const }, reading: { lookbackMs: 0 } };
    fill(world, 1, 15);
    await world.sync(append);
    fill(world, 16, 30);
    await world.sync({ ...append, stages: 'backup-only' });
    await world.cleanUnloaded({ mode: 'append' });
    world.letLeasesExpire();
    expect(await world.sync(append)).toMatchObject({ exit_code: 0 });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('a first load whose pages wait, and a snapshot that was not swapped in, are read anew', async () => {
    for (const options of [{}, { reading: { strategy: 'full_sync', resumable: false, additionalWhere: null } as never, table: { loadMode: 'replace' as const } }]) {
      const world = new MemoryWorld();
      fill(world, 1, 35);
      await world.sync({ ...options, stages: 'backup-only' });
      const outcome = await world.cleanUnloaded({ mode: null });
      expect(outcome).toMatchObject({ readsAfter: null, epoch: 2 });
      expect(dataKeys(world)).toEqual([]);
      expect(await world.sync(options)).toMatchObject({ exit_code: 0 });
      expect(world.target.rows()).toEqual(world.source.rows());
    }
  });

  test('leaves quarantined rows, and the manifest that names them; the rows are read again too', async () => {
    const allowed = { table: { quarantineMaxRows: 5 }, reading: { lookbackMs: 0 } };
    const world = new MemoryWorld();
    for (let id = 1; id <= 25; id++) world.source.put(id, id === 15 ? `${FLAW}too long` : 'fine');
    world.source.advance(5_000_000n);
    await world.sync({ ...allowed, stages: 'backup-only' });
    const quarantined = world.store.keys().filter((key) => key.includes('/quarantine/'));
    const [, named] = await world.manifests();
    expect(named!.quarantine?.key).toBe(quarantined[0]);
    await world.cleanUnloaded();
    expect(dataKeys(world)).toEqual([]);
    expect(world.store.keys().filter((key) => key.includes('/quarantine/'))).toEqual(quarantined);
    expect(world.store.keys().filter((key) => key.startsWith(KEYS.manifestPrefix(1))), 'it and the one before it').toEqual([KEYS.manifest(1, 1), KEYS.manifest(1, 2)]);
    expect(await world.sync(allowed)).toMatchObject({ table_results: { 'sales.orders': { rows_loaded: 24, rows_quarantined: 1 } } });
  });

  test('that breaks before or after any request to the store leaves a table that goes on, and orphans end it', async () => {
    let steps = 0;
    for (let breaksAt = 1; breaksAt <= steps + 1; breaksAt++) {
      const world = await waitingWorld();
      const loaded = dataKeys(world).length - (await world.cleanUnloaded({ isDryRun: true })).keys.length;
      const breaking = breakingStore(world.store, breaksAt);
      await world.cleanUnloaded({ objects: breaking.port }).catch((error: Error) => expect(error.message).toBe('broke'));
      steps = Math.max(steps, breaking.count);
      if (breaksAt % 2 === 0) await expectGoesOn(world);
      world.letLeasesExpire();
      const named = (await world.manifests()).flatMap((manifest) => manifest.parts.map(({ key }) => key));
      expect((await world.clean('orphans')) as OrphanOutcome).toMatchObject({ uploads: [] });
      expect(dataKeys(world), 'what is left is of the new epoch').toEqual([...named].sort());
      expect(loaded).toBeGreaterThan(0);
      await expectGoesOn(world);
    }
    expect(steps).toBeGreaterThan(12);
  });

  const reached = CRASH_POINTS.filter(({ port, method }) => ['leases.acquire', 'lease.release', 'watermarks.examine', 'watermarks.write', 'watermarks.history', 'manifests.list', 'manifests.newestEpoch', 'target.inspect', 'target.fence'].includes(`${port}.${method}`));

  test.each(reached.map((point) => ({ point, name: crashPointName(point) })))('that breaks at $name leaves nothing half, and the next run is whole', async ({ point }) => {
    let struck = 0;
    for (const nth of [1, 2]) {
      const world = await waitingWorld();
      const crash = crashAt(point, nth);
      await world.cleanUnloaded({ wrapper: crash }).catch(() => undefined);
      if (crash.hasStruck) struck++;
      const { epoch } = (await world.watermark())!;
      const { keys } = await world.cleanUnloaded({ isDryRun: true }).catch(() => ({ keys: [] }));
      if (epoch === 1) expect(keys.length, 'before the new epoch no file has gone').toBeGreaterThan(0);
      await expectGoesOn(world);
    }
    expect(struck, 'the crash point was passed').toBeGreaterThan(0);
  });
});
