import type { LeaseOwner } from '@tidemark/domain';
import { createMemoryStore, type MemoryRequest, type MemoryStore } from '@tidemark/s3-store/testing';
import { createLeaseStore, type LeaseStore, type LeaseStoreSettings, type ProcessTable } from '../src/index.ts';
import { FaultPlan } from './fault-plan.ts';
import { AT_ONCE, PATH } from './fixtures.ts';
import { WorldClock, type Machine } from './world-clock.ts';

export const TTL_MS = 60_000;
export const HEARTBEAT_MS = 15_000;

/** A process that works with leases. */
export interface Worker {
  readonly machine: Machine;
  readonly leases: LeaseStore;
  readonly plan: FaultPlan;
  readonly owner: Omit<LeaseOwner, 'run_id'>;
}

/** One bucket, a clock of its own for it, and processes on any hosts. */
export class LeaseWorld {
  readonly clock = new WorldClock();
  /** What the store's clock says more than the world's. */
  storeOffsetMs = Date.parse('2026-01-31T12:00:00Z');
  readonly #workers: Worker[] = [];
  readonly store: MemoryStore = createMemoryStore({ now: () => this.clock.nowMs + this.storeOffsetMs });

  /** @param host processes of one host see whether the others live */
  worker(host: string = `etl-${this.#workers.length + 1}`, settings: Partial<LeaseStoreSettings> = {}): Worker {
    const machine = this.clock.machine();
    const plan = new FaultPlan();
    const owner = { host, pid: 1000 + this.#workers.length, boot_id: `boot-of-${host}`, process_start: String(this.#workers.length) };
    const processes: ProcessTable = {
      self: () => owner,
      isDead: (other) => other.boot_id === owner.boot_id && (this.#workers.find((worker) => worker.owner.host === other.host && worker.owner.pid === other.pid)?.machine.isDead ?? false),
    };
    const leases = createLeaseStore({ store: this.#through(plan), watermarkPath: PATH, ttlMs: TTL_MS, heartbeatMs: HEARTBEAT_MS, settle: AT_ONCE, clock: machine, processes, random: () => 0.5, ...settings });
    const worker: Worker = { machine, leases, plan, owner };
    this.#workers.push(worker);
    return worker;
  }

  /** The bucket as one process reaches it: with the faults of its own network. */
  #through(plan: FaultPlan): MemoryStore {
    const pass = <A extends unknown[], R>(operation: MemoryRequest['operation'], call: (...parameters: A) => Promise<R>) => async (...parameters: A): Promise<R> => {
      const request: MemoryRequest = { operation, key: String(parameters[0] ?? ''), number: plan.seen.length + 1 };
      plan.before(request);
      const outcome = await call(...parameters).then((value) => ({ value }), (error: unknown) => ({ error }));
      plan.after(request);
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    };
    const { store } = this;
    return Object.assign(Object.create(store) as MemoryStore, { get: pass('get', store.get.bind(store)), put: pass('put', store.put.bind(store)), serverNow: pass('now', store.serverNow.bind(store)) });
  }
}
