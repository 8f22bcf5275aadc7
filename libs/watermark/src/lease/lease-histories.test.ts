import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fault } from '../../test/fault-plan.ts';
import { TASK } from '../../test/fixtures.ts';
import { LeaseWorld, type Worker } from '../../test/lease-world.ts';
import { settled } from '../../test/world-clock.ts';
import type { RenewedLease } from './held-lease.ts';

type Step =
  | { readonly do: 'acquire' | 'release' | 'freeze' | 'thaw' | 'die' | 'heal'; readonly who: number }
  | { readonly do: 'disturb'; readonly who: number; readonly faults: readonly (Fault | null)[] }
  | { readonly do: 'cut'; readonly who: number; readonly fault: Fault }
  | { readonly do: 'wait'; readonly ms: number };

const who = fc.nat({ max: 2 });
const fault = fc.constantFrom<Fault>('before', 'after');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('acquire' as const), who }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'release' as const, 'freeze' as const, 'thaw' as const, 'thaw' as const, 'heal' as const, 'heal' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('disturb' as const), who, faults: fc.array(fc.option(fault), { maxLength: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), who, fault }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(fc.nat({ max: 20_000 }), fc.nat({ max: 200_000 })) }) },
);

class History {
  readonly world = new LeaseWorld();
  readonly workers: Worker[];
  readonly leases = new Map<Worker, RenewedLease[]>();
  readonly generations: number[] = [];
  readonly open: Promise<void>[] = [];

  constructor(offsetMs: number) {
    this.world.storeOffsetMs += offsetMs;
    // Two processes share a host, so that one may know of the other's death.
    this.workers = [this.world.worker('etl-1'), this.world.worker('etl-1'), this.world.worker('etl-2')];
  }

  async run(entry: Step): Promise<void> {
    if (entry.do === 'wait') {
      await this.world.clock.advance(entry.ms);
      return;
    }
    const worker = this.workers[entry.who]!;
    if (entry.do === 'freeze') worker.machine.freeze();
    if (entry.do === 'thaw') worker.machine.thaw();
    if (entry.do === 'die') {
      worker.machine.die();
      // Somebody starts the process again.
      this.workers[entry.who] = this.world.worker(worker.owner.host);
      return;
    }
    if (entry.do === 'heal') worker.plan.disarm();
    if (entry.do === 'disturb') worker.plan.arm(new Map(entry.faults.flatMap((one, at) => (one === null ? [] : [[at + 1, one]]))));
    if (entry.do === 'cut') worker.plan.armAll(entry.fault);
    // A frozen process begins nothing.
    if (!worker.machine.isRunning) return;
    if (entry.do === 'acquire') this.open.push(this.#acquire(worker));
    if (entry.do === 'release') for (const lease of this.leases.get(worker) ?? []) this.open.push(lease.release().catch(() => undefined));
    await settled();
  }

  /** Leases whose holder would go on working if it looked now. */
  believers(): number {
    let count = 0;
    for (const [worker, leases] of this.leases) {
      if (worker.machine.isDead) continue;
      for (const lease of leases) {
        try {
          lease.assertHeld();
          count++;
        } catch (error) {
          expect(error).toMatchObject({ code: 'LEASE_LOST' });
        }
      }
    }
    return count;
  }

  async #acquire(worker: Worker): Promise<void> {
    try {
      const lease = await worker.leases.acquire(TASK, 'run', 0, 0, new AbortController().signal);
      this.generations.push(lease.generation);
      this.leases.set(worker, [...(this.leases.get(worker) ?? []), lease]);
    } catch (error) {
      expect(['LEASE_HELD', 'STORE_UNREACHABLE']).toContain((error as { code?: unknown }).code);
    }
  }
}

test('I4: in every history of three processes at most one believes that it holds the lease, and generations only rise', async () => {
  const tally = { steps: 0, acquired: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), fc.integer({ min: -10_000_000, max: 10_000_000 }), async (steps, offsetMs) => {
      const history = new History(offsetMs);
      for (const entry of steps) {
        await history.run(entry);
        expect(history.believers()).toBeLessThanOrEqual(1);
        tally.steps++;
      }
      await Promise.all(history.open);
      expect(history.generations).toEqual([...new Set(history.generations)].sort((a, b) => a - b));
      tally.acquired += history.generations.length;

      // Once everything is quiet for longer than a lease lasts, a new process gets it.
      for (const worker of history.workers) worker.machine.die();
      await history.world.clock.advance(70_000);
      const fresh = await history.world.worker('etl-3').leases.acquire(TASK, 'run', 0, 0, new AbortController().signal);
      expect(fresh.generation).toBeGreaterThan(Math.max(0, ...history.generations));
    }),
    { numRuns: 300 },
  );
  expect(tally.acquired).toBeGreaterThan(350);
  expect(tally.steps).toBeGreaterThan(6_000);
});
