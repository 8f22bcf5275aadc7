import { expect, test, vi } from 'vitest';
import { MemoryWorld } from '../testing/index.ts';
import type { TargetPort } from './ports.ts';

function begun(): { readonly world: MemoryWorld; readonly fences: () => ReturnType<typeof vi.spyOn>['mock']['calls'] } {
  const world = new MemoryWorld();
  world.source.put(1, 'new');
  world.source.advance(5_000_000n);
  const fence = vi.spyOn(world.target, 'fence');
  return { world, fences: () => fence.mock.calls };
}

test('the fence knows mode and columns where the configuration names no mode: by the plan at first, then by what was staged', async () => {
  const { world, fences } = begun();
  const prepare = vi.spyOn(world.target as TargetPort, 'prepare');
  await world.sync();
  await world.sync({ stages: 'redshift-only' });
  const columns = prepare.mock.calls[0]![0].columns.map(({ name }) => name);
  expect(fences()).toEqual([[expect.objectContaining({ mode: 'merge', columns })], [expect.objectContaining({ mode: 'merge', columns })]]);
});

test('a mode that is configured is asked for as it is', async () => {
  const { world, fences } = begun();
  await world.sync({ table: { loadMode: 'append' } });
  await world.sync({ table: { loadMode: 'append' } });
  expect(fences()).toHaveLength(2);
  for (const [request] of fences()) expect(request).toMatchObject({ mode: 'append' });
});
