import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isTidemarkError, type LeaseDocument, type Logger, type TableTask } from '@tidemark/domain';
import { decodeLease, encodeLease, taskText } from '@tidemark/layout';
import { WatermarkError } from '../errors.ts';
import { NOT_FOUND, PRECONDITION_FAILED, type DocumentStore } from '../ports.ts';
import { settlePut, type SettleOptions } from '../settle-put.ts';
import type { LeaseClock } from './lease-clock.ts';

/** A lease that was just taken. */
export interface Acquisition {
  readonly task: TableTask;
  readonly key: string;
  readonly document: LeaseDocument;
  readonly etag: string;
  /** The store's clock when it was taken. */
  readonly date: Date;
  /** `clock.elapsedMs()` before the first request that took it was sent. */
  readonly sentAtMs: number;
}

export interface HeldLeaseTools {
  readonly store: DocumentStore;
  readonly clock: LeaseClock;
  readonly heartbeatMs: number;
  readonly settle: SettleOptions;
  readonly logger: Logger;
}

/** How often at most the holder looks at the clock, in milliseconds. */
const WATCH_MS = 1_000;

/**
 * A lease while it is held. It counts its time from the moment before each successful renewal was sent, so it gives up before
 * anybody else may take it.
 */
export class RenewedLease {
  readonly generation: number;
  readonly #tools: HeldLeaseTools;
  readonly #task: TableTask;
  readonly #key: string;
  readonly #controller = new AbortController();
  #document: LeaseDocument;
  #etag: string;
  #renewedAtMs: number;
  #date: Date;
  #dateSeenAtMs: number;
  #state: 'held' | 'ending' | 'released' | 'lost' = 'held';
  #renewal: Promise<void> = Promise.resolve();
  #release: Promise<void> | null = null;
  #cancelBeat: () => void = () => undefined;
  #cancelWatch: () => void = () => undefined;

  constructor(acquisition: Acquisition, tools: HeldLeaseTools) {
    this.#tools = tools;
    this.#task = acquisition.task;
    this.#key = acquisition.key;
    this.#document = acquisition.document;
    this.#etag = acquisition.etag;
    this.#renewedAtMs = acquisition.sentAtMs;
    this.#date = acquisition.date;
    this.#dateSeenAtMs = tools.clock.elapsedMs();
    this.generation = acquisition.document.generation;
    this.#beatIn(tools.heartbeatMs);
    this.#watch();
  }

  /** Aborts, with a WatermarkError `LEASE_LOST` as its reason, when the lease was lost. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Looks at the clock now, without waiting for a timer.
   * @throws WatermarkError `LEASE_LOST` when the lease is lost, overdue or released
   */
  assertHeld(): void {
    this.#loseIfOverdue();
    this.#controller.signal.throwIfAborted();
    if (this.#state !== 'held') throw this.#lostError('it has been released');
  }

  /** Stops the heartbeat and marks the lease released. A lost lease is left alone. May be repeated, also after an error. */
  async release(): Promise<void> {
    this.#release ??= this.#end().finally(() => {
      this.#release = null;
    });
    await this.#release;
  }

  async #end(): Promise<void> {
    this.#loseIfOverdue();
    if (this.#state === 'lost' || this.#state === 'released') return;
    this.#state = 'ending';
    this.#stopTimers();
    await this.#renewal;
    // A renewal that was given up may have changed the ETag: then reading back shows the own lease, and the next round ends it.
    while (!(await this.#markReleased()));
    this.#state = 'released';
  }

  /** False when the own lease was there under another ETag, which is kept for the next try. */
  async #markReleased(): Promise<boolean> {
    const next: LeaseDocument = { ...this.#document, write_id: randomUUID(), status: 'released', renewed_at: this.#storeTime() };
    const outcome = await settlePut(this.#tools.store, this.#key, encodeLease(next, this.#document), { ifMatch: this.#etag }, this.#tools.settle);
    if (outcome.isStored) return true;
    const { found } = outcome;
    const document = found === null ? null : decodeLease(found.body, { key: this.#key, task: this.#task });
    if (found !== null && document !== null && this.#isOwn(document)) {
      if (document.status === 'released' || found.etag === this.#etag) return true;
      this.#etag = found.etag;
      return false;
    }
    this.#tools.logger.warn({ ...this.#task, generation: this.generation, holder: document?.owner.run_id ?? null }, 'lease was taken by another run before its release');
    return true;
  }

  #beatIn(ms: number): void {
    this.#cancelBeat = this.#tools.clock.schedule(ms, () => {
      if (this.#state !== 'held') return;
      this.#renewal = this.#beat();
    });
  }

  /** One renewal. It never rejects: what fails is tried again until the lease is overdue. */
  async #beat(): Promise<void> {
    this.#loseIfOverdue();
    if (this.#state !== 'held') return;
    let waitMs = this.#tools.heartbeatMs;
    try {
      await this.#renew();
    } catch (error) {
      waitMs = Math.min(waitMs, WATCH_MS);
      this.#tools.logger.warn({ ...this.#task, generation: this.generation, code: isTidemarkError(error) ? error.code : 'unknown', overdueInMs: this.#remainingMs() }, 'lease could not be renewed');
    }
    if (this.#state === 'held') this.#beatIn(waitMs);
  }

  async #renew(): Promise<void> {
    for (;;) {
      const sentAtMs = this.#tools.clock.elapsedMs();
      const next: LeaseDocument = { ...this.#document, write_id: randomUUID(), renewed_at: this.#storeTime() };
      try {
        const { etag, date } = await this.#tools.store.put(this.#key, encodeLease(next, this.#document), { ifMatch: this.#etag, contentType: 'application/json' });
        this.#document = next;
        this.#etag = etag;
        this.#date = date;
        this.#dateSeenAtMs = this.#tools.clock.elapsedMs();
        this.#renewedAtMs = sentAtMs;
        return;
      } catch (error) {
        if (!isTidemarkError(error) || (error.code !== PRECONDITION_FAILED && error.code !== NOT_FOUND)) throw error;
      }
      const found = await this.#tools.store.get(this.#key);
      if (found === null) return this.#lose('its object is gone');
      const document = decodeLease(found.body, { key: this.#key, task: this.#task });
      if (!this.#isOwn(document)) return this.#lose(`run ${document.owner.run_id} on ${document.owner.host} has taken it as generation ${document.generation}`);
      if (document.status === 'released') return this.#lose('somebody has marked it released');
      if (found.etag === this.#etag) return this.#lose('the store refuses its own ETag');
      // An earlier renewal had arrived although its answer was lost: it is ours, and is renewed once more.
      this.#etag = found.etag;
    }
  }

  #isOwn(document: LeaseDocument): boolean {
    return document.generation === this.generation && document.acquired_at === this.#document.acquired_at && isDeepStrictEqual(document.owner, this.#document.owner);
  }

  #watch(): void {
    this.#cancelWatch = this.#tools.clock.schedule(Math.min(WATCH_MS, this.#document.ttl_ms / 5), () => {
      this.#loseIfOverdue();
      if (this.#state === 'held') this.#watch();
    });
  }

  #loseIfOverdue(): void {
    if (this.#state === 'held' && this.#remainingMs() <= 0) this.#lose(`it could not be renewed for ${Math.round(this.#tools.clock.elapsedMs() - this.#renewedAtMs)} ms`);
  }

  #remainingMs(): number {
    return this.#renewedAtMs + this.#document.ttl_ms - this.#tools.clock.elapsedMs();
  }

  #lose(why: string): void {
    if (this.#state !== 'held') return;
    this.#state = 'lost';
    this.#stopTimers();
    this.#controller.abort(this.#lostError(why));
  }

  #lostError(why: string): WatermarkError {
    return new WatermarkError('LEASE_LOST', {
      message: `The lease on ${taskText(this.#task)}, generation ${this.generation}, is lost: ${why}.`,
      details: { pipeline: this.#task.pipeline, target: this.#task.target, table: this.#task.table, generation: this.generation },
    });
  }

  #stopTimers(): void {
    this.#cancelBeat();
    this.#cancelWatch();
  }

  /** The store's clock, as far as it is known between answers. */
  #storeTime(): string {
    return new Date(this.#date.getTime() + Math.max(0, this.#tools.clock.elapsedMs() - this.#dateSeenAtMs)).toISOString();
  }
}
