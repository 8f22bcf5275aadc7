import { setTimeout as delay } from 'node:timers/promises';

/** How whole transactions are repeated. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Wait before the second try, in milliseconds; doubles each time. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Waits; real time by default. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** From 0 to 1; Math.random by default. */
  readonly random?: () => number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, baseDelayMs: 500, maxDelayMs: 15_000 };

/** Half to all of the doubled delay, so that two losers of a conflict do not meet again. */
function retryDelayMs(policy: RetryPolicy, attempt: number): number {
  const full = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + (policy.random ?? Math.random)() / 2));
}

export async function waitBeforeRetry(policy: RetryPolicy, attempt: number): Promise<void> {
  await (policy.sleep ?? ((ms: number) => delay(ms)))(retryDelayMs(policy, attempt));
}
