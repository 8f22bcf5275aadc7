import type { LeaseDocument } from '@tidemark/domain';
import { stateKeys } from '@tidemark/layout';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../test/fault-plan.ts';
import { PATH, TASK } from '../../test/fixtures.ts';
import { HEARTBEAT_MS, LeaseWorld, TTL_MS, type Worker } from '../../test/lease-world.ts';
import { settled } from '../../test/world-clock.ts';
import { createLeaseStore } from './lease-store.ts';
import type { RenewedLease } from './held-lease.ts';

const KEY = stateKeys({ watermarkPath: PATH, task: TASK }).lease;
const held = expect.objectContaining({ code: 'LEASE_HELD', exit: 11 });
const lost = expect.objectContaining({ code: 'LEASE_LOST', exit: 21 });
const never = new AbortController().signal;

let world: LeaseWorld;
let one: Worker;
let two: Worker;
beforeEach(() => {
  world = new LeaseWorld();
  one = world.worker();
  two = world.worker();
});
const take = (worker: Worker, floor = 0): Promise<RenewedLease> => worker.leases.acquire(TASK, `run-of-${worker.owner.host}`, floor, 0, never);
const stored = async (): Promise<LeaseDocument> => JSON.parse((await world.store.getText(KEY))!.text) as LeaseDocument;

describe('taking a lease', () => {
  test('P4: the second is told who holds it, since when and until when', async () => {
    await take(one);
    const error = await take(two).catch((reason: unknown) => reason);
    expect(error).toEqual(held);
    expect(error).toMatchObject({
      details: { generation: 1, holder: { runId: 'run-of-etl-1', host: 'etl-1', pid: 1000, since: '2026-01-31T12:00:00.000Z', until: '2026-01-31T12:01:01.000Z' } },
    });
    for (const fact of ['run-of-etl-1', 'etl-1', '1000', '2026-01-31T12:00:00', '2026-01-31T12:01:01']) expect((error as Error).message).toContain(fact);
  });

  test('I4: each generation is above every earlier one and above the floor', async () => {
    const first = await take(one, 4);
    await first.release();
    const second = await take(two, 0);
    await second.release();
    const third = await take(one, 20);
    expect([first.generation, second.generation, third.generation]).toEqual([5, 6, 21]);
  });

  test('a released lease stays as an object and is free at once', async () => {
    await (await take(one)).release();
    expect(await stored()).toMatchObject({ status: 'released', generation: 1, owner: { run_id: 'run-of-etl-1' } });
    expect((await take(two)).generation).toBe(2);
  });

  test('of two at once one gets it', async () => {
    const outcomes = await Promise.allSettled([take(one), take(two)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toEqual(held);
  });

  test('tables, pipelines and targets have leases of their own', async () => {
    await take(one);
    for (const other of [{ ...TASK, table: 'SHOP_RO:sales.orders_history' }, { ...TASK, pipeline: 'other' }, { ...TASK, target: 'dw2' }]) await two.leases.acquire(other, 'run-2', 0, 0, never);
  });

  test.each([['{', 'LEASE_CORRUPT'], ['{"format_version":2}', 'LAYOUT_FORMAT_NEWER']])('a lease object that holds %s is not free but an error', async (text, code) => {
    await world.store.put(KEY, text);
    await expect(take(one)).rejects.toMatchObject({ code, exit: 21 });
    expect((await world.store.getText(KEY))?.text).toBe(text);
  });

  test.each([[4_999, 1_000], [60_000, 20_001], [60_000, 0], [Number.NaN, 1], [60_000.5, 1_000]])('a ttl of %s with a heartbeat of %s is refused', (ttlMs, heartbeatMs) => {
    expect(() => createLeaseStore({ store: world.store, watermarkPath: PATH, ttlMs, heartbeatMs })).toThrow(expect.objectContaining({ code: 'LEASE_SETTINGS_INVALID', exit: 10 }));
  });

  test('I4: for every fault at every request it is taken once or not at all, and nobody is locked out for longer than the lease lasts', async () => {
    const fault = fc.constantFrom<Fault | null>(null, 'before', 'after');
    const tally = { taken: 0, unknown: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 9 }), fc.boolean(), async (faults, isFirst) => {
        const local = new LeaseWorld();
        const [mine, other] = [local.worker(), local.worker()];
        if (!isFirst) await (await take(other)).release();
        mine.plan.arm(new Map(faults.flatMap((entry, at) => (entry === null ? [] : [[at + 1, entry]]))));
        const outcome = await take(mine).catch((error: unknown) => error as Error);
        mine.plan.disarm();
        if (outcome instanceof Error) {
          tally.unknown++;
          expect(outcome).toMatchObject({ code: 'STORE_UNREACHABLE' });
          local.clock.nowMs += TTL_MS + 2_000;
          await take(other);
        } else {
          tally.taken++;
          await expect(take(other)).rejects.toEqual(held);
          await outcome.release();
          expect((await take(other)).generation).toBe(outcome.generation + 1);
        }
      }),
      { numRuns: 300 },
    );
    expect(Math.min(tally.taken, tally.unknown)).toBeGreaterThan(0);
  });
});

describe('time', () => {
  test('a lease that is not renewed ends after its time, by the clock of the store, and not before', async () => {
    await take(one);
    one.machine.freeze();
    await world.clock.advance(TTL_MS + 999);
    await expect(take(two)).rejects.toEqual(held);
    await world.clock.advance(1);
    expect((await take(two)).generation).toBe(2);
  });

  test.each([-30 * 365 * 86_400_000, -3_600_000, 3_600_000])('it does not matter that the store is %i ms off', async (offset) => {
    world.storeOffsetMs += offset;
    await take(one);
    one.machine.freeze();
    await world.clock.advance(TTL_MS);
    await expect(take(two)).rejects.toEqual(held);
    await world.clock.advance(1_000);
    await take(two);
  });

  test('the holder\'s host may have any clock: only its own count of time goes on', async () => {
    await take(one);
    one.machine.freeze();
    for (let step = 0; step < 10; step++) {
      world.clock.nowMs += TTL_MS;
      world.storeOffsetMs -= TTL_MS;
    }
    await expect(take(two)).rejects.toEqual(held);
  });

  test('renewed, it lasts as long as its holder works', async () => {
    const lease = await take(one);
    for (let minute = 0; minute < 60; minute++) {
      await world.clock.advance(60_000);
      await expect(take(two)).rejects.toEqual(held);
      lease.assertHeld();
    }
    expect(await stored()).toMatchObject({ acquired_at: '2026-01-31T12:00:00.000Z', generation: 1 });
    expect(Date.parse((await stored()).renewed_at)).toBeGreaterThanOrEqual(Date.parse('2026-01-31T12:59:00Z'));
    expect(lease.signal.aborted).toBe(false);
    await lease.release();
  });
});

describe('losing a lease', () => {
  test('I4: a holder whose renewals fail gives up before anybody else may take it', async () => {
    const lease = await take(one);
    await world.clock.advance(HEARTBEAT_MS);
    one.plan.armAll('before');
    const lastRenewal = world.clock.nowMs;
    while (!lease.signal.aborted) await world.clock.advance(250);
    expect(lease.signal.reason).toEqual(lost);
    expect(world.clock.nowMs - lastRenewal).toBeLessThanOrEqual(TTL_MS + 1_000);
    await expect(take(two)).rejects.toEqual(held);
    await world.clock.advance(2_000);
    await take(two);
  });

  test('renewals whose answers are lost keep it as long as one answer comes in time', async () => {
    const lease = await take(one);
    for (let round = 0; round < 20; round++) {
      one.plan.armAll('after', ({ operation }) => operation === 'put');
      await world.clock.advance(40_000);
      one.plan.disarm();
      await world.clock.advance(2_000);
      lease.assertHeld();
    }
    expect((await stored()).generation).toBe(1);
    await lease.release();
    expect((await stored()).status).toBe('released');
  });

  test('I4: a holder that was frozen past its lease knows it before it does anything', async () => {
    const lease = await take(one);
    one.machine.freeze();
    await world.clock.advance(TTL_MS + 1_000);
    const next = await take(two);
    await world.clock.advance(500);
    one.machine.thaw();
    expect(() => lease.assertHeld()).toThrow(lost);
    expect(lease.signal.aborted).toBe(true);
    const before = await stored();
    await lease.release();
    await world.clock.advance(HEARTBEAT_MS * 2);
    expect(await stored()).toMatchObject({ generation: 2, status: 'held', owner: before.owner });
    next.assertHeld();
  });

  test('without being asked, the signal aborts within a second of waking up', async () => {
    const lease = await take(one);
    one.machine.freeze();
    await world.clock.advance(TTL_MS * 10);
    one.machine.thaw();
    expect(lease.signal.aborted).toBe(false);
    await world.clock.advance(0);
    expect(lease.signal.reason).toEqual(lost);
  });

  test('one that was taken although its holder lived is noticed with the next renewal', async () => {
    const lease = await take(one);
    world.storeOffsetMs += TTL_MS * 2;
    await take(two);
    expect(lease.signal.aborted).toBe(false);
    await world.clock.advance(HEARTBEAT_MS);
    expect(lease.signal.reason).toMatchObject({ code: 'LEASE_LOST', message: expect.stringContaining('run-of-etl-2') as string });
  });

  test.each([
    ['removed by hand', async () => world.store.deleteMany([KEY])],
    ['released by hand', async () => world.store.put(KEY, JSON.stringify({ ...(await stored()), status: 'released' }))],
  ])('one whose object was %s is lost', async (_how, remove) => {
    const lease = await take(one);
    await remove();
    await world.clock.advance(HEARTBEAT_MS);
    expect(lease.signal.reason).toEqual(lost);
  });

  test('a lost lease is not released', async () => {
    const lease = await take(one);
    one.plan.armAll('before');
    await world.clock.advance(TTL_MS + 1_000);
    one.plan.disarm();
    await lease.release();
    expect((await stored()).status).toBe('held');
  });
});

describe('a holder that is dead', () => {
  test('on the same host is replaced at once', async () => {
    const [dead, alive] = [world.worker('etl-9'), world.worker('etl-9')];
    await take(dead);
    await expect(take(alive)).rejects.toEqual(held);
    dead.machine.die();
    expect((await take(alive)).generation).toBe(2);
  });

  test('on another host is waited for', async () => {
    await take(one);
    one.machine.die();
    await expect(take(two)).rejects.toEqual(held);
    await world.clock.advance(TTL_MS + 1_000);
    await take(two);
  });
});

describe('waiting', () => {
  test('ends when the holder releases', async () => {
    const lease = await take(one);
    const waiting = two.leases.acquire(TASK, 'run-2', 0, 120_000, never);
    await world.clock.advance(30_000);
    await lease.release();
    await world.clock.advance(10_000);
    expect((await waiting).generation).toBe(2);
  });

  test('ends with the holder\'s name when the time is up', async () => {
    await take(one);
    const waiting = two.leases.acquire(TASK, 'run-2', 0, 45_000, never).catch((error: unknown) => error);
    await world.clock.advance(44_000);
    expect(await Promise.race([waiting, settled().then(() => 'still waiting')])).toBe('still waiting');
    await world.clock.advance(2_000);
    expect(await waiting).toEqual(held);
  });

  test('takes over a holder that fell silent', async () => {
    await take(one);
    one.machine.die();
    const waiting = two.leases.acquire(TASK, 'run-2', 0, 120_000, never);
    await world.clock.advance(TTL_MS + 2_000);
    expect((await waiting).generation).toBe(2);
  });

  test('ends with the signal', async () => {
    await take(one);
    const stop = new AbortController();
    const waiting = two.leases.acquire(TASK, 'run-2', 0, 120_000, stop.signal).catch((error: unknown) => error);
    await world.clock.advance(1_000);
    const reason = new Error('interrupted');
    stop.abort(reason);
    expect(await waiting).toBe(reason);
  });

  test('a lease that is taken just when the signal aborts is given back', async () => {
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const acquiring = one.leases.acquire(TASK, 'run-1', 0, 0, stop.signal).catch((error: unknown) => error);
    while (!one.plan.seen.some(({ operation }) => operation === 'put')) await Promise.resolve();
    stop.abort(reason);
    expect(await acquiring).toBe(reason);
    expect((await stored()).status).toBe('released');
  });

  test('of many that wait one gets it, each in its turn', async () => {
    const lease = await take(one);
    const waiters = Array.from({ length: 6 }, () => world.worker(undefined, { random: Math.random }));
    let holders = 0;
    const order: number[] = [];
    const work = waiters.map(async (worker) => {
      const mine = await worker.leases.acquire(TASK, 'run', 0, 3_600_000, never);
      expect(++holders).toBe(1);
      order.push(mine.generation);
      await worker.machine.sleep(5_000, never);
      holders--;
      await mine.release();
    });
    await lease.release();
    await world.clock.advance(300_000);
    await Promise.all(work);
    expect(order).toEqual([2, 3, 4, 5, 6, 7]);
  });
});

describe('releasing', () => {
  test('may be repeated and called twice at once', async () => {
    const lease = await take(one);
    await Promise.all([lease.release(), lease.release()]);
    await lease.release();
    expect((await stored()).status).toBe('released');
    expect(lease.signal.aborted).toBe(false);
    expect(() => lease.assertHeld()).toThrow(lost);
  });

  test('after an error it may be tried again, and no heartbeat goes on meanwhile', async () => {
    const lease = await take(one);
    one.plan.armAll('before');
    await expect(lease.release()).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    one.plan.disarm();
    const before = (await stored()).write_id;
    await world.clock.advance(HEARTBEAT_MS * 2);
    expect((await stored()).write_id).toBe(before);
    await lease.release();
    expect((await stored()).status).toBe('released');
  });

  test('works although the answer to a renewal was lost just before', async () => {
    const lease = await take(one);
    one.plan.armAll('after');
    await world.clock.advance(HEARTBEAT_MS);
    one.plan.disarm();
    await lease.release();
    expect((await stored()).status).toBe('released');
  });

  test('never touches the lease of a successor', async () => {
    const lease = await take(one);
    world.storeOffsetMs += TTL_MS * 2;
    await take(two);
    await lease.release();
    expect(await stored()).toMatchObject({ status: 'held', generation: 2 });
  });
});

test('inspect says who holds a lease without touching it', async () => {
  expect(await two.leases.inspect(TASK)).toBeNull();
  const lease = await take(one);
  expect(await two.leases.inspect(TASK)).toMatchObject({ state: 'held', document: { owner: { host: 'etl-1' } }, until: new Date('2026-01-31T12:01:01Z') });
  await lease.release();
  expect(await two.leases.inspect(TASK)).toMatchObject({ state: 'released' });
});
