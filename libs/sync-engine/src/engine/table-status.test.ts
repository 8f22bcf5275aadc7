import type { ResolvedTable } from '@tidemark/config';
import { expect, test } from 'vitest';
import { MEMORY_SETTINGS, MEMORY_TASK, MemoryWorld, crashAt } from '../testing/index.ts';
import type { RequestWrapper } from './port-methods.ts';
import { tableStatus, type TableStatus } from './table-status.ts';

const nowOf = (world: MemoryWorld): Date => new Date(Date.parse(`${world.source.nowText.slice(0, 19).replace(' ', 'T')}Z`));
const statusOf = (world: MemoryWorld): Promise<TableStatus> => world.command((_request, ports) => tableStatus(MEMORY_TASK, ports, nowOf(world)));

/** The same, with the source asked. */
const liveStatusOf = (world: MemoryWorld, table: ResolvedTable = world.table, wrapper?: RequestWrapper): Promise<TableStatus> =>
  world.command((request, ports) => tableStatus(MEMORY_TASK, ports, nowOf(world), { source: ports.source!, settings: MEMORY_SETTINGS, table, target: request.target, signal: request.signal }), wrapper === undefined ? {} : { wrapper });

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
  expect(await statusOf(world)).toMatchObject({ state: 'idle', phase: 'incremental', epoch: 1, lastRun: { extraction: 'success', load: 'success' }, awaitingLoad: { batches: 0 }, lag: { seconds: 3660, measured: 'newest_loaded_row', source: 'not_asked', newest: null }, error: null, nextAction: null });
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

test('the source, when it is asked, tells how far a table lies behind it', async () => {
  const world = await filled();
  await world.sync();
  world.source.put(30, 'second');
  world.source.advance(60_000_000n);
  await world.sync();
  world.source.advance(3_600_000_000n);
  expect(await liveStatusOf(world), 'nothing is newer').toMatchObject({ lag: { seconds: 0, measured: 'newest_source_row', source: 'asked', error: null }, nextAction: null });
  world.source.put(31, 'third');
  expect(await liveStatusOf(world)).toMatchObject({ lag: { seconds: 3660, measured: 'newest_source_row', source: 'asked' }, nextAction: 'tidemark sync pipeline -p shop_pipeline -t sales.orders' });
});

test('a source that cannot be reached is told as such, beside the age of the newest loaded row', async () => {
  const world = await filled();
  await world.sync();
  world.source.put(30, 'second');
  world.source.advance(60_000_000n);
  await world.sync();
  const away: RequestWrapper = { call: (request, proceed) => (request.port === 'source' ? Promise.reject(new Error('no route')) : proceed()), stream: (_request, proceed) => proceed() };
  expect(await liveStatusOf(world, world.table, away)).toMatchObject({ state: 'idle', lag: { seconds: 60, measured: 'newest_loaded_row', source: 'unreachable', newest: null, error: { message: 'Error: no route' } }, nextAction: null });
});

test('a table that is read as a whole is as old as its last load', async () => {
  const world = await filled();
  const reading = { strategy: 'full_sync', resumable: false, additionalWhere: null } as const;
  await world.sync({ reading, table: { loadMode: 'replace' } });
  for (const status of [await statusOf(world), await liveStatusOf(world, { ...world.table, reading, loadMode: 'replace' })]) expect(status.lag).toMatchObject({ measured: 'last_load', newest: null });
});

test('a first load that was limited goes on', async () => {
  const world = await filled();
  await world.sync({ limit: 10 });
  expect(await statusOf(world)).toMatchObject({ phase: 'first_load', nextAction: 'tidemark sync pipeline -p shop_pipeline -t sales.orders' });
});
