import { expect, test } from 'vitest';
import { MemoryWorld } from '../../testing/index.ts';
import { discardBatches } from './discard-batches.ts';

const table = { loadMode: 'append' } as const;
const APPENDED = { mode: 'append', batchId: null, isWrittenOff: false } as const;

function fill(world: MemoryWorld, from: number, to: number, behindMicros = 0n): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, 'x', behindMicros);
    world.source.advance(50_000n);
  }
  if (behindMicros === 0n) world.source.advance(5_000_000n);
}

async function expectOnce(world: MemoryWorld): Promise<void> {
  world.source.advance(5_000_000n);
  expect(await world.sync({ table })).toMatchObject({ status: 'success' });
  expect(world.target.rows()).toEqual(world.source.rows());
}

test('P2: rows that a lookback has loaded before any increment are not appended again after a discard', async () => {
  const world = new MemoryWorld();
  await world.sync({ table });
  world.source.put(1, 'dated before the first load', 10_000_000n);
  await world.sync({ table });
  fill(world, 2, 5);
  await world.sync({ table, stages: 'backup-only' });
  await world.command((request, ports) => discardBatches({ ...request, ...APPENDED }, ports));
  await expectOnce(world);
});

test('P2: where every page of a first load is loaded, increments go on after a discard, and no page is read again', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 25);
  await world.sync({ table });
  fill(world, 26, 30, 10_000_000n);
  await world.sync({ table });
  fill(world, 31, 40);
  await world.sync({ table, stages: 'backup-only' });
  await world.command((request, ports) => discardBatches({ ...request, ...APPENDED }, ports));
  await expectOnce(world);
});
