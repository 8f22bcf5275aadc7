import { SyncError } from './errors.ts';

/** The longest time that a timer takes; a longer limit is none. */
const MAX_TIMER_MS = 2_147_483_647;

/** A signal that aborts with the given one, or when the time is up; its reason then is a SyncError `SYNC_TIMEOUT`. */
export class TimeLimit implements Disposable {
  readonly signal: AbortSignal;
  readonly #timer: NodeJS.Timeout | null;

  /** @param timeoutMs 0 for no limit */
  constructor(signal: AbortSignal, timeoutMs: number) {
    if (timeoutMs === 0 || timeoutMs > MAX_TIMER_MS) {
      this.signal = signal;
      this.#timer = null;
      return;
    }
    const controller = new AbortController();
    const message = `The run took longer than ${timeoutMs / 60_000} minutes and stopped; what was staged and loaded so far stands.`;
    this.#timer = setTimeout(() => controller.abort(new SyncError('SYNC_TIMEOUT', { message, details: { timeoutMs } })), timeoutMs);
    this.#timer.unref();
    this.signal = AbortSignal.any([signal, controller.signal]);
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
