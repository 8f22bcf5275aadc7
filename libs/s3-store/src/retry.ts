import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from './translate-error.ts';

/** How often and after which waits a request is sent again. */
export interface RetrySettings {
  /** Requests in all, the first included. */
  readonly attempts: number;
  /** Longest wait before the second request; doubles for each further one. */
  readonly baseMs: number;
  /** No wait is longer. */
  readonly maxMs: number;
}

export const DEFAULT_RETRY: RetrySettings = { attempts: 5, baseMs: 100, maxMs: 5_000 };

/**
 * Sends a request until it succeeds, fails for good, or has been sent often enough. Waits are random between zero and the
 * longest, so that many writers do not come back together.
 * @param mayRepeat decides by the declared nature of a failure
 * @throws the last failure's error
 */
export async function sendWithRetry<T>(request: () => Promise<T>, translate: (raw: unknown) => Failure, mayRepeat: (failure: Failure) => boolean, settings: RetrySettings): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (raw) {
      const failure = translate(raw);
      if (attempt >= settings.attempts || !mayRepeat(failure)) throw failure.error;
      await sleep(Math.random() * Math.min(settings.maxMs, settings.baseMs * 2 ** (attempt - 1)));
    }
  }
}
