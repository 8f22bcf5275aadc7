import type { FaultAction } from './fault.ts';

/** A request that a fault keeps waiting. */
export interface HeldRequest {
  requestId: string;
  faultId: string;
  /** Where it is held. */
  at: FaultAction;
  method: string;
  operation?: string;
  bucket?: string;
  key?: string;
}

interface Waiter {
  faultId: string | undefined;
  resolve: (request: HeldRequest) => void;
}

/** The requests waiting for a release, and those who wait for such requests. */
export class HeldRequests {
  readonly #held = new Map<string, { request: HeldRequest; release: () => void }>();
  readonly #waiters = new Set<Waiter>();

  hold(request: HeldRequest): Promise<void> {
    return new Promise((resolve) => {
      this.#held.set(request.requestId, { request, release: resolve });
      for (const waiter of this.#waiters) {
        if (waiter.faultId === undefined || waiter.faultId === request.faultId) waiter.resolve(request);
      }
    });
  }

  list(): HeldRequest[] {
    return [...this.#held.values()].map(({ request }) => request);
  }

  waitFor(faultId: string | undefined, timeoutMs: number): Promise<HeldRequest> {
    const already = this.list().find((request) => faultId === undefined || request.faultId === faultId);
    if (already) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        faultId,
        resolve: (request) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(request);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`no request was held within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  release(requestId: string): boolean {
    const entry = this.#held.get(requestId);
    this.#held.delete(requestId);
    entry?.release();
    return entry !== undefined;
  }
}
