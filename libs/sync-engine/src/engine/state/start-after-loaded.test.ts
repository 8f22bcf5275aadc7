import { expect, test } from 'vitest';
import { crashAt, MemoryWorld } from '../../testing/index.ts';
import type { RequestWrapper } from '../port-methods.ts';
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

/** What drops batches that wait. */
const DROPS: readonly (readonly [string, (world: MemoryWorld) => Promise<unknown>])[] = [
  ['a discard', (world) => world.command((request, ports) => discardBatches({ ...request, ...APPENDED }, ports))],
  ['a cleaning of what waits', (world) => world.cleanUnloaded({ mode: 'append' })],
];

test.each(DROPS)('P2: rows that a lookback has loaded before any increment are not appended again after %s', async (_name, drop) => {
  const world = new MemoryWorld();
  await world.sync({ table });
  world.source.put(1, 'dated before the first load', 10_000_000n);
  await world.sync({ table });
  fill(world, 2, 5);
  await world.sync({ table, stages: 'backup-only' });
  await drop(world);
  await expectOnce(world);
});

test.each(DROPS)('P2: where every page of a first load is loaded, increments go on after %s, and no page is read again', async (_name, drop) => {
  const world = new MemoryWorld();
  fill(world, 1, 25);
  await world.sync({ table });
  fill(world, 26, 30, 10_000_000n);
  await world.sync({ table });
  fill(world, 31, 40);
  await world.sync({ table, stages: 'backup-only' });
  await drop(world);
  await expectOnce(world);
});

/** Acts right before the first request of a name. */
function before(name: string, act: () => Promise<void>): RequestWrapper {
  let hasActed = false;
  return {
    call: async ({ port, method }, proceed) => {
      if (`${port}.${method}` === name && !hasActed) {
        hasActed = true;
        await act();
      }
      return proceed();
    },
    stream: (_request, proceed) => proceed(),
  };
}

test.each(['target.fence', 'watermarks.history', 'watermarks.write'])('I4: a load that froze, wakes before the %s of a discard and is killed appends nothing twice', async (name) => {
  const world = new MemoryWorld();
  const options = { table, reading: { lookbackMs: 0 } } as const;
  fill(world, 1, 25);
  await world.sync(options);
  fill(world, 26, 30);
  await world.sync({ ...options, stages: 'backup-only' });
  const [frozen, woken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const freeze = before('target.load', async () => {
    frozen.resolve();
    await woken.promise;
  });
  const kill = crashAt({ port: 'target', method: 'load', moment: 'after' }, 1);
  const loading = world.sync({ ...options, stages: 'redshift-only', wrapper: { ...freeze, call: (request, proceed) => freeze.call(request, () => kill.call(request, proceed)) } }).catch(() => undefined);
  await frozen.promise;
  world.letLeasesExpire();
  const wake = before(name, async () => {
    woken.resolve();
    await loading;
  });
  await world.command((request, ports) => discardBatches({ ...request, ...APPENDED }, ports), { wrapper: wake }).catch((error: unknown) => expect(error).toMatchObject({ code: expect.stringMatching(/^(STATE_BATCH_UNKNOWN|WATERMARK_CONFLICT)$/) as string }));
  world.source.advance(5_000_000n);
  expect(await world.sync(options)).toMatchObject({ status: 'success' });
  expect(world.target.rows()).toEqual(world.source.rows());
});
