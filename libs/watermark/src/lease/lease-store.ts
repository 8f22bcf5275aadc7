import { randomUUID } from 'node:crypto';
import { silentLogger, type LeaseDocument, type LeaseOwner, type Logger, type TableTask } from '@tidemark/domain';
import { decodeLease, encodeLease, stateKeys, taskText } from '@tidemark/layout';
import { WatermarkError } from '../errors.ts';
import { DEFAULT_SETTLE } from '../pauses.ts';
import type { DocumentStore } from '../ports.ts';
import { settlePut, type SettleOptions } from '../settle-put.ts';
import { RenewedLease } from './held-lease.ts';
import { systemLeaseClock, type LeaseClock } from './lease-clock.ts';
import { standingOf, type LeaseStanding } from './lease-standing.ts';
import { systemProcessTable, type ProcessTable } from './process-table.ts';

export interface LeaseStoreSettings {
  readonly store: DocumentStore;
  /** Ends with `/` or is empty. */
  readonly watermarkPath: string;
  /** How long a lease lasts without renewal, at least 5,000 ms. */
  readonly ttlMs: number;
  /** Time between renewals, at most a third of `ttlMs`. */
  readonly heartbeatMs: number;
  /** How a write whose answer was lost is settled; four requests within a second by default. */
  readonly settle?: SettleOptions;
  readonly clock?: LeaseClock;
  readonly processes?: ProcessTable;
  /** From 0 to 1, for the jitter of waits. */
  readonly random?: () => number;
  readonly logger?: Logger;
}

/** A lease as others see it. */
export interface LeaseView extends LeaseStanding {
  readonly document: LeaseDocument;
}

/** Gives out the sole right to work on a (pipeline, target, table). */
export interface LeaseStore {
  /**
   * Takes the lease. Durable on return: the lease object with a generation above `floor` and above every earlier one.
   * A released or expired lease is free, by the store's clock only; so is one whose holder was a process of this host that
   * is certainly dead.
   * @param floor newest generation that watermark and ledger know
   * @param waitMs how long to wait for another holder; 0 fails at once
   * @throws WatermarkError `LEASE_HELD` with the holder in its details, `LEASE_LOST` when taking it took longer than it lasts
   * @throws the signal's reason when it aborts; a lease that was just taken is then released
   */
  acquire(task: TableTask, runId: string, floor: number, waitMs: number, signal: AbortSignal): Promise<RenewedLease>;
  /** Who holds the lease now; null when nobody ever did. */
  inspect(task: TableTask): Promise<LeaseView | null>;
}

const MIN_TTL_MS = 5_000;
const MAX_POLL_MS = 5_000;

/**
 * Leases below one path of an object store.
 * @throws WatermarkError `LEASE_SETTINGS_INVALID`
 */
export function createLeaseStore(settings: LeaseStoreSettings): LeaseStore {
  const { ttlMs, heartbeatMs } = settings;
  if (!Number.isInteger(ttlMs) || !(ttlMs >= MIN_TTL_MS) || !(heartbeatMs > 0) || !(heartbeatMs * 3 <= ttlMs)) {
    throw new WatermarkError('LEASE_SETTINGS_INVALID', { message: `A lease of ${ttlMs} ms with a heartbeat of ${heartbeatMs} ms cannot be kept: at least ${MIN_TTL_MS} ms, and a heartbeat of at most a third.`, details: { ttlMs, heartbeatMs } });
  }
  return new ConditionalLeases(settings);
}

interface Found extends LeaseView {
  readonly etag: string;
  readonly date: Date;
}

class ConditionalLeases implements LeaseStore {
  readonly #settings: LeaseStoreSettings;
  readonly #clock: LeaseClock;
  readonly #processes: ProcessTable;
  readonly #random: () => number;
  readonly #logger: Logger;

  constructor(settings: LeaseStoreSettings) {
    this.#settings = settings;
    this.#clock = settings.clock ?? systemLeaseClock();
    this.#processes = settings.processes ?? systemProcessTable();
    this.#random = settings.random ?? Math.random;
    this.#logger = settings.logger ?? silentLogger;
  }

  async inspect(task: TableTask): Promise<LeaseView | null> {
    const found = await this.#find(task);
    return found === null ? null : { document: found.document, state: found.state, until: found.until };
  }

  async acquire(task: TableTask, runId: string, floor: number, waitMs: number, signal: AbortSignal): Promise<RenewedLease> {
    const startedAtMs = this.#clock.elapsedMs();
    for (;;) {
      signal.throwIfAborted();
      const found = await this.#find(task);
      if (found?.state === 'held') {
        await this.#waitFor(task, found, startedAtMs + waitMs, signal);
        continue;
      }
      signal.throwIfAborted();
      const lease = await this.#take(task, runId, floor, found);
      if (lease === null) continue;
      await this.#releaseIfAborted(lease, signal);
      lease.assertHeld();
      return lease;
    }
  }

  async #releaseIfAborted(lease: RenewedLease, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) return;
    try {
      await lease.release();
    } finally {
      // A lease that could not be released ends by itself; why nothing follows is what the caller must hear.
      signal.throwIfAborted();
    }
  }

  async #find(task: TableTask): Promise<Found | null> {
    const key = this.#keyOf(task);
    const version = await this.#settings.store.get(key);
    if (version === null) return null;
    const document = decodeLease(version.body, { key, task });
    const isHolderDead = document.status === 'held' && this.#processes.isDead(document.owner);
    return { ...standingOf(document, version, isHolderDead), document, etag: version.etag, date: version.date };
  }

  /** Null when another run was quicker. */
  async #take(task: TableTask, runId: string, floor: number, found: Found | null): Promise<RenewedLease | null> {
    const { store, ttlMs, heartbeatMs, settle = DEFAULT_SETTLE } = this.#settings;
    const now = found?.date ?? (await store.serverNow());
    const key = this.#keyOf(task);
    const owner: LeaseOwner = { run_id: runId, ...this.#processes.self() };
    const document: LeaseDocument = {
      format_version: 1,
      write_id: randomUUID(),
      pipeline: task.pipeline,
      target: task.target,
      table: task.table,
      generation: Math.max(found?.document.generation ?? 0, floor) + 1,
      owner,
      status: 'held',
      ttl_ms: ttlMs,
      acquired_at: now.toISOString(),
      renewed_at: now.toISOString(),
    };
    const bytes = encodeLease(document, found?.document ?? null);
    const sentAtMs = this.#clock.elapsedMs();
    const outcome = await settlePut(store, key, bytes, found === null ? { ifNoneMatch: '*' } : { ifMatch: found.etag }, settle);
    if (!outcome.isStored) return null;
    this.#logger.info({ pipeline: task.pipeline, target: task.target, table: task.table, runId, generation: document.generation, after: found?.state ?? 'none' }, 'lease taken');
    return new RenewedLease({ task, key, document: decodeLease(bytes, { key, task }), etag: outcome.etag, date: outcome.date, sentAtMs }, { store, clock: this.#clock, heartbeatMs, settle, logger: this.#logger });
  }

  /** Waits until it is worth asking again; throws when there is no time left for that. */
  async #waitFor(task: TableTask, found: Found, deadlineMs: number, signal: AbortSignal): Promise<void> {
    const leftMs = deadlineMs - this.#clock.elapsedMs();
    if (leftMs <= 0) throw heldError(task, found);
    const untilFreeMs = Math.max(0, found.until.getTime() - found.date.getTime());
    const pollMs = Math.min(MAX_POLL_MS, this.#settings.heartbeatMs) * (0.5 + this.#random());
    await this.#clock.sleep(Math.max(1, Math.min(leftMs, pollMs, untilFreeMs + this.#random() * 250)), signal);
  }

  #keyOf(task: TableTask): string {
    return stateKeys({ watermarkPath: this.#settings.watermarkPath, task }).lease;
  }
}

function heldError(task: TableTask, { document, until }: LeaseView): WatermarkError {
  const { owner } = document;
  return new WatermarkError('LEASE_HELD', {
    message: `${taskText(task)} is being worked on by run ${owner.run_id} on host ${owner.host}, process ${owner.pid}, since ${document.acquired_at}; its lease lasts until ${until.toISOString()} unless it is renewed.`,
    details: { pipeline: task.pipeline, target: task.target, table: task.table, holder: { runId: owner.run_id, host: owner.host, pid: owner.pid, since: document.acquired_at, until: until.toISOString() }, generation: document.generation },
  });
}
