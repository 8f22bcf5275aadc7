import { describe, expect, test } from 'vitest';
import { CRASH_POINTS, crashAt, crashPointName, MemoryWorld } from '../testing/index.ts';

function fill(world: MemoryWorld, from: number, to: number, state: string): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, state);
    world.source.advance(50_000n);
  }
  world.source.advance(5_000_000n);
}

/** Loaded, and rows have been lost in the target that no sync would read again. */
async function damaged(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  fill(world, 1, 25, 'first');
  await world.sync();
  world.source.advance(600_000_000n);
  fill(world, 26, 45, 'second');
  await world.sync();
  world.source.advance(600_000_000n);
  for (const id of [3, 9, 12]) world.target.deleteRow(id);
  return world;
}

const APPEND = { loadMode: 'append' } as const;

/** Appended, one row lost in the target, and rows changed and added since. */
async function appended(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  fill(world, 1, 25, 'first');
  await world.sync({ table: APPEND });
  world.source.advance(600_000_000n);
  world.target.deleteRow(4);
  fill(world, 20, 30, 'second');
  return world;
}

const timeOf = (world: MemoryWorld, id: number): string => world.source.rows().find((row) => row.id === String(id))!.updated_at!;

describe('a backfill', () => {
  test('reads a range of times again and leaves the cursor where it is', async () => {
    const world = await damaged();
    const before = (await world.watermark())!;
    await world.sync();
    expect(world.target.rows().length).toBe(42);
    expect(await world.sync({ backfill: { by: 'time', from: timeOf(world, 3), to: timeOf(world, 10) } })).toMatchObject({ status: 'success', summary: { total_rows_processed: 7 } });
    expect(world.target.rows().map(({ id }) => id)).not.toContain('12');
    expect(world.target.rows().length).toBe(44);
    const after = (await world.watermark())!;
    expect(after.staged_through.position).toEqual(before.staged_through.position);
    expect(after.loaded_through.position).toEqual(before.loaded_through.position);
    expect(after.loaded_through.seq).toBeGreaterThan(before.loaded_through.seq);
  });

  test('reads a range of ids again, through its end', async () => {
    const world = await damaged();
    expect(await world.sync({ backfill: { by: 'id', from: '3', to: '12' } })).toMatchObject({ status: 'success', summary: { total_rows_processed: 10 } });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('reads the last hours, by the clock of the source', async () => {
    const world = await damaged();
    expect(await world.sync({ backfill: { by: 'hours', hours: 1 } })).toMatchObject({ status: 'success', summary: { total_rows_processed: 45 } });
    expect(world.target.rows()).toEqual(world.source.rows());
    world.source.advance(3_600_000_000n);
    expect(await world.sync({ backfill: { by: 'hours', hours: 1 } })).toMatchObject({ summary: { total_rows_processed: 0 } });
  });

  test('what came meanwhile is read by the next sync', async () => {
    const world = await damaged();
    fill(world, 40, 60, 'third');
    await world.sync({ backfill: { by: 'id', from: '1', to: '20' } });
    expect((await world.watermark())!.loaded_through.position).toMatchObject({ values: [expect.any(String), '45'] });
    await world.sync();
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test.each(['id', 'time'] as const)('P2: in append mode leaves by %s what is still to be read to the next sync', async (by) => {
    const world = await appended();
    const range = by === 'id' ? ({ by, from: '1', to: null } as const) : ({ by, from: '2000-01-01', to: '2100-01-01' } as const);
    await world.sync({ table: APPEND, backfill: range });
    await world.sync({ table: APPEND });
    const states = world.target.rows().map(({ id, state }) => `${id} ${state}`);
    expect(states.length).toBe(new Set(states).size);
    expect(states).toEqual(expect.arrayContaining(world.source.rows().map(({ id, state }) => `${id} ${state}`)));
  });

  test('P2: in append mode leaves the pages of a first load that are still to be read to the next sync', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 25, 'first');
    await world.sync({ table: APPEND, limit: 10 });
    world.target.deleteRow(4);
    await world.sync({ table: APPEND, backfill: { by: 'id', from: '1', to: null } });
    await world.sync({ table: APPEND });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('before the first sync there is nothing to read again, and nothing is left behind', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 5, 'first');
    expect(await world.sync({ backfill: { by: 'id', from: '1', to: null } })).toMatchObject({ exit_code: 2, error: { code: 'STATE_NOTHING_YET' } });
    expect(await world.watermark()).toBeNull();
    expect(await world.sync()).toMatchObject({ status: 'success' });
  });

  test('batches that wait are loaded first', async () => {
    const world = await damaged();
    fill(world, 40, 60, 'third');
    await world.sync({ stages: 'backup-only' });
    await world.sync({ backfill: { by: 'id', from: '3', to: '12' } });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test.each(CRASH_POINTS.map((point) => ({ point, name: crashPointName(point) })).filter(({ name }) => /^(source|partWriter|manifests|watermarks|target)\.(read|write|finish|publish|writeCopyManifest|prepare|load):/.test(name)))('P2: that breaks at $name is whole after it was asked for again', async ({ point }) => {
    for (const nth of [1, 2, 3]) {
      const world = await damaged();
      fill(world, 40, 60, 'third');
      await world.sync({ backfill: { by: 'id', from: '1', to: '20' }, wrapper: crashAt(point, nth) });
      world.letLeasesExpire();
      expect(await world.sync({ backfill: { by: 'id', from: '1', to: '20' } })).toMatchObject({ status: 'success' });
      expect(await world.sync()).toMatchObject({ status: 'success' });
      expect(world.target.rows()).toEqual(world.source.rows());
      const seqs = world.target.ledger.map(({ seq }) => seq);
      expect(seqs, 'I3: every batch once, in order, without gaps').toEqual(seqs.map((_, index) => index + 1));
    }
  });
});
