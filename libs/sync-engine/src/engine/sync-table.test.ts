import { stateKeys } from '@tidemark/layout';
import { expect, test } from 'vitest';
import { crashAt, MEMORY_TASK, MemoryWorld } from '../testing/index.ts';
import type { PortRequest, RequestWrapper } from './port-methods.ts';

function fill(world: MemoryWorld, from: number, to: number): void {
  for (let id = from; id <= to; id++) world.source.put(id, 'first');
  world.source.advance(5_000_000n);
}

/** Does something right before a request, the first time that it is made. */
function rightBefore(port: string, method: string, act: () => Promise<void>): RequestWrapper & { readonly seen: PortRequest[] } {
  const seen: PortRequest[] = [];
  let isDone = false;
  return {
    seen,
    call: async (request, proceed) => {
      seen.push(request);
      if (!isDone && request.port === port && request.method === method) {
        isDone = true;
        await act();
      }
      return await proceed();
    },
    stream: (_request, proceed) => proceed(),
  };
}

/** Keeps a run waiting right before a request. */
function holdBefore(port: string, method: string) {
  let arrive!: () => void;
  let goOn!: () => void;
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const released = new Promise<void>((resolve) => (goOn = resolve));
  const wrapper = rightBefore(port, method, async () => {
    arrive();
    await released;
  });
  return { reached, goOn, wrapper };
}

test('I4: a run that finds the table taken says so without asking the target, which another load may have locked', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 25);
  const { reached, goOn, wrapper } = holdBefore('target', 'load');
  const working = world.sync({ wrapper });
  await reached;
  const other = rightBefore('target', 'inspect', () => new Promise(() => undefined));
  expect(await world.sync({ wrapper: other })).toMatchObject({ status: 'failed', exit_code: 11 });
  expect(other.seen.filter(({ port }) => port === 'target')).toEqual([]);
  goOn();
  expect(await working).toMatchObject({ status: 'success' });
});

test('I3: a batch that an older run commits right before the fence is not loaded again', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 25);
  const { reached, goOn, wrapper } = holdBefore('target', 'load');
  // Killed while its COMMIT is on the way: nothing holds that back before the fence.
  const crash = crashAt({ port: 'target', method: 'load', moment: 'after' }, 1);
  const killed = world.sync({ wrapper: { ...crash, call: (request, proceed) => wrapper.call(request, () => crash.call(request, proceed)) } });
  await reached;
  await expect.poll(async () => (await world.watermark())?.staged_through.seq).toBe(3);
  world.letLeasesExpire();
  const next = rightBefore('target', 'fence', async () => {
    goOn();
    await killed;
    expect(world.target.ledger.map(({ seq }) => seq)).toEqual([1]);
  });
  expect(await world.sync({ wrapper: next })).toMatchObject({ status: 'success' });
  expect(world.target.rows()).toEqual(world.source.rows());
  const seqs = world.target.ledger.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});

test('I2: a watermark of an older epoch than the ledger is named as that', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 5);
  await world.sync();
  const { watermark } = stateKeys({ watermarkPath: 'watermark/', task: MEMORY_TASK });
  const old = await world.store.get(watermark);
  await world.reset();
  await world.sync();
  await world.store.put(watermark, old!.body);
  const { table_results: results } = await world.sync();
  expect(results).toMatchObject({ 'sales.orders': { error_code: 'STATE_EPOCH_BEHIND' } });
});

test('a reset after the loss of lease and watermark counts on above the ledger', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 5);
  await world.sync();
  for (let time = 0; time < 2; time++) await world.sync({ wrapper: crashAt({ port: 'target', method: 'fence', moment: 'after' }, 1) });
  const keys = stateKeys({ watermarkPath: 'watermark/', task: MEMORY_TASK });
  await world.store.deleteMany([keys.lease, keys.watermark]);
  await world.reset();
  expect(await world.watermark()).toMatchObject({ epoch: 2, generation: 4 });
  expect(await world.sync()).toMatchObject({ status: 'success' });
});
