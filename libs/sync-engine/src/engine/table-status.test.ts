import { expect, test } from 'vitest';
import { MEMORY_TASK, MemoryWorld, crashAt } from '../testing/index.ts';
import { tableStatus, type TableStatus } from './table-status.ts';

const statusOf = (world: MemoryWorld): Promise<TableStatus> => world.command((_request, ports) => tableStatus(MEMORY_TASK, ports, new Date(Date.parse(`${world.source.nowText.slice(0, 19).replace(' ', 'T')}Z`))));

async function filled(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  for (let id = 1; id <= 25; id++) world.source.put(id, 'first');
  world.source.advance(5_000_000n);
  return world;
}

test('a table that was never synced is to be synced', async () => {
  expect(await statusOf(await filled())).toMatchObject({ state: 'none', lastRun: null, nextAction: 'tidemark sync pipeline -p shop_pipeline -t sales.orders' });
});

test('a table that is up to date has nothing to do, and says how far it lies behind', async () => {
  const world = await filled();
  await world.sync();
  world.source.put(30, 'second');
  world.source.advance(60_000_000n);
  await world.sync();
  world.source.advance(3_600_000_000n);
  expect(await statusOf(world)).toMatchObject({ state: 'idle', phase: 'incremental', epoch: 1, lastRun: { extraction: 'success', load: 'success' }, awaitingLoad: { batches: 0 }, lagSeconds: 3660, error: null, nextAction: null });
});

test('what is staged is to be loaded', async () => {
  const world = await filled();
  await world.sync({ stages: 'backup-only' });
  const { manifests } = { manifests: await world.manifests() };
  expect(await statusOf(world)).toMatchObject({ state: 'awaiting_load', awaitingLoad: { batches: manifests.length }, nextAction: 'tidemark sync pipeline -p shop_pipeline -t sales.orders --redshift-only' });
});

test('a run that failed says why, and one that works says who it is', async () => {
  const world = await filled();
  await world.sync({ wrapper: { call: (request, proceed) => (request.method === 'load' ? Promise.reject(new Error('broke')) : proceed()), stream: (_request, proceed) => proceed() } });
  expect(await statusOf(world)).toMatchObject({ state: 'failed', error: { code: 'UNEXPECTED' }, nextAction: 'tidemark sync pipeline -p shop_pipeline -t sales.orders' });
  await world.sync({ wrapper: crashAt({ port: 'target', method: 'load', moment: 'before' }, 1) });
  expect(['failed', 'running', 'awaiting_load']).toContain((await statusOf(world)).state);
});

test('a watermark that cannot be read is told with its way out', async () => {
  const world = await filled();
  await world.sync();
  const key = world.store.keys().find((name) => name.includes('/tables/'))!;
  await world.store.put(key, '{"format_version": 9}');
  expect(await statusOf(world)).toMatchObject({ state: 'unreadable', error: { code: 'LAYOUT_FORMAT_NEWER' }, nextAction: expect.stringContaining('Upgrade') });
});
