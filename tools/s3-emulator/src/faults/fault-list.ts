import type { KeyListing } from '../operations/key-listing.ts';
import { FAULT_ACTIONS, meets } from './fault.ts';
import type { FaultSpec, FaultSubject } from './fault.ts';
import { HeldRequests } from './held-requests.ts';
import type { HeldRequest } from './held-requests.ts';

/** A fault that was added. */
export interface Fault {
  readonly id: string;
  readonly spec: FaultSpec;
  /** Requests it has met so far. */
  readonly fired: number;
  /** No further request is met; held ones stay held. */
  remove(): void;
}

/** A fault that meets one request. */
export interface FiredFault {
  id: string;
  spec: FaultSpec;
  /** For `stale-list`: the listing of a bucket when the fault was added. */
  listing?: (bucket: string) => KeyListing | undefined;
}

interface Entry {
  fault: Fault & { fired: number };
  seen: number;
  listing?: (bucket: string) => KeyListing | undefined;
}

/** The faults in force, and the requests they hold. */
export class FaultList {
  readonly #entries = new Map<string, Entry>();
  readonly #held = new HeldRequests();
  readonly #snapshot: () => (bucket: string) => KeyListing | undefined;
  #nextId = 1;

  /** @param snapshot keeps what listings show now */
  constructor(snapshot: () => (bucket: string) => KeyListing | undefined) {
    this.#snapshot = snapshot;
  }

  /** @throws TypeError when the fault makes no sense */
  add(spec: FaultSpec): Fault {
    checkSpec(spec);
    const id = `fault-${this.#nextId}`;
    this.#nextId += 1;
    const fault = { id, spec, fired: 0, remove: () => void this.#entries.delete(id) };
    this.#entries.set(id, { fault, seen: 0, listing: spec.action === 'stale-list' ? this.#snapshot() : undefined });
    return fault;
  }

  list(): Fault[] {
    return [...this.#entries.values()].map(({ fault }) => fault);
  }

  /** Removes all faults; held requests stay held. */
  clear(): void {
    this.#entries.clear();
  }

  /** Counts the request and gives the faults that meet it. */
  fire(subject: FaultSubject): FiredFault[] {
    const fired: FiredFault[] = [];
    for (const entry of this.#entries.values()) {
      const { spec } = entry.fault;
      if (!meets(spec, subject)) continue;
      entry.seen += 1;
      if (entry.seen < (spec.match?.nth ?? 1) || entry.fault.fired >= (spec.times ?? 1)) continue;
      entry.fault.fired += 1;
      fired.push({ id: entry.fault.id, spec, listing: entry.listing });
    }
    return fired;
  }

  /** Resolves when the request is released. */
  hold(request: HeldRequest): Promise<void> {
    return this.#held.hold(request);
  }

  /** The requests that are held now. */
  held(): HeldRequest[] {
    return this.#held.list();
  }

  /**
   * Waits for a held request, of the given fault if one is given.
   *
   * @throws Error after `timeoutMs` (10 seconds if not given)
   */
  waitForHeld(faultId?: string, timeoutMs = 10_000): Promise<HeldRequest> {
    return this.#held.waitFor(faultId, timeoutMs);
  }

  /** Lets a held request go on. Gives false when no request of that id is held. */
  release(requestId: string): boolean {
    return this.#held.release(requestId);
  }

  releaseAll(): void {
    for (const { requestId } of this.#held.list()) this.#held.release(requestId);
  }
}

function checkSpec(spec: FaultSpec): void {
  if (!FAULT_ACTIONS.includes(spec.action)) throw new TypeError(`there is no fault action ${String(spec.action)}`);
  if (spec.action === 'error' && spec.code === undefined) throw new TypeError('the fault error needs a code');
  if (spec.action === 'delay' && spec.delayMs === undefined) throw new TypeError('the fault delay needs delayMs');
  if (spec.action === 'fail-keys' && spec.keys === undefined) throw new TypeError('the fault fail-keys needs keys');
  if (spec.times !== undefined && !(spec.times >= 1)) throw new TypeError('times must be at least 1');
  if (spec.match?.nth !== undefined && !(spec.match.nth >= 1)) throw new TypeError('nth must be at least 1');
}
