import { describe, expect, test } from 'vitest';
import { crashAt, CRASH_POINTS, crashPointName, MemoryWorld, RUN_CRASH_POINTS, type RunOptions } from '../../testing/index.ts';

/** Requests that a run of this world makes only when something else went wrong, or never. */
const NOT_REACHED = new Set(['partWriter.abort', 'source.hasRows']);
const reached = [...RUN_CRASH_POINTS, ...CRASH_POINTS.filter(({ port, method }) => port === 'manifests' && method === 'newestEpoch')].filter(({ port, method }) => !NOT_REACHED.has(`${port}.${method}`));

const MODES = ['merge', 'scd2'] as const;
const optionsOf = (loadMode: (typeof MODES)[number]): RunOptions => ({ table: { loadMode, evolveBackfill: 'auto' } });

function fill(world: MemoryWorld, from: number, to: number, state: string): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, state);
    world.source.advance(50_000n);
  }
  world.source.advance(600_000_000n);
}

/** A loaded table, batches of it that are staged and wait, and a column that is filled in all its rows since. */
async function changedWorld(options: RunOptions): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  fill(world, 1, 25, 'first');
  await world.sync(options);
  fill(world, 20, 35, 'second');
  await world.sync({ ...options, stages: 'backup-only' });
  world.source.addColumn('total', ({ id }) => `total of ${id}`);
  fill(world, 30, 40, 'third');
  return world;
}

const historyOf = (world: MemoryWorld): readonly string[] => world.target.history().map((version) => JSON.stringify(version)).toSorted();

describe.each(MODES)('I1-I3: a change that alters rows, read anew in a new epoch with %s', (mode) => {
  const options = optionsOf(mode);

  test('loads what is staged, begins an epoch, and has every row as the source has it', async () => {
    const world = await changedWorld(options);
    const result = await world.sync(options);
    expect(result).toMatchObject({ status: 'success' });
    expect(result.warnings.some((warning) => warning.startsWith('sales.orders is read anew')), 'the result says what a history was not told').toBe(mode === 'scd2');
    expect(world.target.rows()).toEqual(world.source.rows());
    expect(await world.watermark()).toMatchObject({ epoch: 2, phase: 'incremental' });
    expect((await world.sync(options)).table_results['sales.orders']).toMatchObject({ status: 'up_to_date' });
    if (mode === 'merge') return;
    const chains = Map.groupBy(world.target.history(), ({ row }) => row.id!);
    expect(chains.get('32')!.map(({ row, to }) => [row.state, row.total, to === null]), 'a version that had ended keeps what it was loaded with').toEqual([['second', undefined, false], ['third', 'total of 32', true]]);
    expect(chains.get('1')!.map(({ row }) => [row.state, row.total]), 'the newest version is corrected where it stands').toEqual([['first', 'total of 1']]);
    expect(world.events.filter((event) => event.type === 'finding' && event.finding.code === 'SCHEMA_HISTORY')).toHaveLength(1);
  });

  test.each(reached.map((point) => ({ point, name: crashPointName(point) })))('that breaks at $name is whole after the next run, with each batch of each epoch once', async ({ point }) => {
    const clean = await changedWorld(options);
    await clean.sync(options);
    let struck = 0;
    for (const nth of [1, 2, 3, 4, 5, 6]) {
      const world = await changedWorld(options);
      const crash = crashAt(point, nth);
      await world.sync({ ...options, wrapper: crash });
      if (!crash.hasStruck) break;
      struck++;
      world.letLeasesExpire();
      world.source.advance(5_000_000n);
      expect(await world.sync(options), `${nth}`).toMatchObject({ status: 'success', exit_code: 0 });
      expect(world.target.rows()).toEqual(world.source.rows());
      expect(historyOf(world)).toEqual(historyOf(clean));
      const epochs = Map.groupBy(world.target.ledger, ({ epoch }) => epoch);
      expect([...epochs.keys()], 'one new epoch, whatever broke').toEqual([1, 2]);
      for (const batches of epochs.values()) expect(batches.map(({ seq }) => seq)).toEqual(batches.map((_, index) => index + 1));
      expect(await world.watermark()).toMatchObject({ epoch: 2, loaded_through: { seq: epochs.get(2)!.length }, staged_through: { seq: epochs.get(2)!.length } });
    }
    expect(struck, 'the crash point was passed').toBeGreaterThan(0);
  });
});

test('append stops before anything is read anew: the configuration refuses evolve_backfill auto for it', async () => {
  const world = await changedWorld({ table: { loadMode: 'append' } });
  const before = [...world.target.rows()];
  expect(await world.sync({ table: { loadMode: 'append', evolveBackfill: 'auto' } })).toMatchObject({ exit_code: 10, table_results: { 'sales.orders': { error_code: 'SYNC_LOAD_MODE' } } });
  expect(await world.sync({ table: { loadMode: 'append' } })).toMatchObject({ exit_code: 21, table_results: { 'sales.orders': { error_code: 'SCHEMA_ALTERS_ROWS', error_message: expect.stringContaining('load_mode append would add every row once more') as string } } });
  expect(world.target.rows().length, 'what was staged is loaded').toBeGreaterThan(before.length);
  expect(await world.watermark()).toMatchObject({ epoch: 1 });
});
