import { describe, expect, test, vi } from 'vitest';
import { ANY_RUN_CRASH_POINTS, crashAt, crashPointName, MemoryWorld, RUN_CRASH_POINTS, type CrashPoint } from '../testing/index.ts';

/** `npm run soak` asks for as many histories as it likes. */
vi.setConfig({ testTimeout: 0 });

/** Requests that a run of this world makes only when something else went wrong, or never. */
const NOT_REACHED = new Set(['partWriter.abort', 'source.hasRows']);

const reached = [...RUN_CRASH_POINTS, ...ANY_RUN_CRASH_POINTS.filter(({ method }) => method === 'analyze')].filter(({ port, method }) => !NOT_REACHED.has(`${port}.${method}`));

function fill(world: MemoryWorld, from: number, to: number, state: string): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, state);
    world.source.advance(50_000n);
  }
  world.source.advance(5_000_000n);
}

async function settle(world: MemoryWorld): Promise<void> {
  world.letLeasesExpire();
  world.source.advance(5_000_000n);
  expect(await world.sync()).toMatchObject({ status: 'success', exit_code: 0 });
}

async function expectWhole(world: MemoryWorld): Promise<void> {
  expect(world.target.rows()).toEqual(world.source.rows());
  const seqs = world.target.ledger.map(({ seq }) => seq);
  expect(seqs, 'I3: every batch once, in order, without gaps').toEqual(seqs.map((_, index) => index + 1));
  const watermark = await world.watermark();
  expect(watermark?.loaded_through.seq, 'I2: ledger and watermark agree').toBe(seqs.length);
  expect(watermark?.staged_through.seq).toBe(seqs.length);
}

describe.each(['first load', 'increment'] as const)('I1-I3: a %s that breaks', (phase) => {
  test.each(reached.map((point) => ({ point, name: crashPointName(point) })))('at $name is whole after the next run', async ({ point }) => {
    let struck = 0;
    for (const nth of [1, 2, 3]) {
      const world = new MemoryWorld();
      fill(world, 1, 25, 'first');
      if (phase === 'increment') {
        await world.sync();
        world.source.advance(600_000_000n);
        fill(world, 20, 45, 'second');
      }
      const crash = crashAt(point, nth);
      await world.sync({ wrapper: crash });
      if (crash.hasStruck) struck++;
      const watermark = await world.watermark();
      expect(watermark?.loaded_through.seq ?? 0, 'I1: the watermark passes nothing that is not committed').toBeLessThanOrEqual(world.target.ledger.length);
      await settle(world);
      await expectWhole(world);
    }
    expect(struck, 'the crash point was passed').toBeGreaterThan(0);
  });
});

/** Stops the whole run at the nth time that a request is about to be made, or has just been made, until it is woken. */
function freezeAt(point: CrashPoint, nth: number) {
  let passed = 0;
  let wake!: () => void;
  let sleep!: () => void;
  const asleep = new Promise<void>((resolve) => (sleep = resolve));
  const woken = new Promise<void>((resolve) => (wake = resolve));
  let isAsleep = false;
  const pass = async (port: string, method: string, moment: string): Promise<void> => {
    if (port === point.port && method === point.method && moment === point.moment && ++passed === nth) {
      isAsleep = true;
      sleep();
    }
    if (isAsleep) await woken;
  };
  return {
    asleep,
    wake,
    wrapper: {
      call: async <T>({ port, method }: { port: string; method: string }, proceed: () => Promise<T>): Promise<T> => {
        await pass(port, method, 'before');
        const answer = await proceed();
        await pass(port, method, 'after');
        return answer;
      },
      stream: async function* <T>({ port, method }: { port: string; method: string }, proceed: () => AsyncIterable<T>): AsyncIterable<T> {
        await pass(port, method, 'before');
        yield* proceed();
        await pass(port, method, 'after');
      },
    },
  };
}

/** Before these a run holds no lease: one that wakes there takes its own, as any other run. */
const WITHOUT_LEASE: readonly string[] = ['leases.acquire:before', 'watermarks.read:before:1', 'watermarks.read:after:1'];

const sleeping = reached.filter(({ moment }) => moment !== 'answer-lost').map((point) => ({ point, name: crashPointName(point) })).filter(({ name }) => !WITHOUT_LEASE.includes(name));

test.each(sleeping)('I4: a run that sleeps past its lease at $name writes nothing that counts when it wakes', async ({ point }) => {
  let slept = 0;
  for (const nth of [1, 2, 3].filter((time) => !WITHOUT_LEASE.includes(`${crashPointName(point)}:${time}`))) {
    const world = new MemoryWorld();
    fill(world, 1, 25, 'first');
    await world.sync();
    world.source.advance(600_000_000n);
    fill(world, 20, 45, 'second');
    const { asleep, wake, wrapper } = freezeAt(point, nth);
    const sleeper = world.sync({ wrapper });
    const isAsleep = await Promise.race([asleep.then(() => true), sleeper.then(() => false)]);
    if (!isAsleep) continue;
    slept++;
    world.letLeasesExpire();
    fill(world, 40, 50, 'third');
    expect(await world.sync()).toMatchObject({ status: 'success' });
    const ledger = [...world.target.ledger];
    const watermark = await world.watermark();
    wake();
    await sleeper;
    expect(world.target.ledger, 'the sleeper loaded nothing').toEqual(ledger);
    expect(await world.watermark(), 'the sleeper wrote no state').toEqual(watermark);
    await settle(world);
    await expectWhole(world);
  }
  expect(slept).toBeGreaterThan(0);
});

test('I4: a run that only stages, and froze when it had taken its lease, writes no state of an older generation', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 25, 'first');
  const { asleep, wake, wrapper } = freezeAt({ port: 'leases', method: 'acquire', moment: 'after' }, 1);
  const sleeper = world.sync({ wrapper, stages: 'backup-only' });
  await asleep;
  world.letLeasesExpire();
  await world.sync();
  const watermark = await world.watermark();
  fill(world, 20, 45, 'second');
  wake();
  expect(await sleeper).toMatchObject({ exit_code: 21, error: { code: 'STATE_TAKEN_OVER' } });
  expect(await world.watermark()).toEqual(watermark);
  await settle(world);
  await expectWhole(world);
});
