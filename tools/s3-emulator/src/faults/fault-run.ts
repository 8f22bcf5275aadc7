import { setTimeout as sleep } from 'node:timers/promises';
import { S3Error } from '../errors.ts';
import type { KeyListing } from '../operations/key-listing.ts';
import type { Checkpoint } from '../operations/operation.ts';
import { matchesPattern } from './fault.ts';
import type { FaultAction } from './fault.ts';
import type { FaultList, FiredFault } from './fault-list.ts';
import type { HeldRequest } from './held-requests.ts';

/** Thrown to say that the connection is to be reset instead of answered. */
export class ConnectionReset extends Error {
  override readonly name = 'ConnectionReset';
}

type Identity = Omit<HeldRequest, 'at' | 'faultId'>;

/** Carries the faults out that meet one request. */
export class FaultRun {
  readonly #list: FaultList;
  readonly #fired: readonly FiredFault[];
  readonly #request: Identity;

  constructor(list: FaultList, fired: readonly FiredFault[], request: Identity) {
    this.#list = list;
    this.#fired = fired;
    this.#request = request;
  }

  /** @throws S3Error, ConnectionReset */
  async before(): Promise<void> {
    await this.#hold('hold-before');
    for (const { spec } of this.#fired) {
      if (spec.action === 'delay') await sleep(spec.delayMs);
      if (spec.action === 'reset-before') throw new ConnectionReset();
      if (spec.action === 'error-500') throw new S3Error('InternalError');
      if (spec.action === 'slow-down-503') throw new S3Error('SlowDown');
      if (spec.action === 'error') throw new S3Error(spec.code!);
    }
  }

  async checkpoint(name: Checkpoint): Promise<void> {
    await this.#hold(name === 'received' ? 'hold-received' : 'hold-commit');
  }

  /** @throws S3Error, ConnectionReset */
  async after(): Promise<void> {
    await this.#hold('hold-after');
    if (this.has('reset-after-store')) throw new ConnectionReset();
    const failing = this.#fired.find(({ spec }) => spec.action === 'error-after-store');
    if (failing) throw new S3Error(failing.spec.code ?? 'InternalError');
  }

  has(action: FaultAction): boolean {
    return this.#fired.some(({ spec }) => spec.action === action);
  }

  /** What a listing shows instead of the present. */
  staleListing(bucket: string): KeyListing | undefined {
    return this.#fired.find(({ listing }) => listing !== undefined)?.listing?.(bucket);
  }

  failsToDelete(key: string): boolean {
    return this.#fired.some(({ spec }) => spec.action === 'fail-keys' && spec.keys !== undefined && matchesPattern(spec.keys, key));
  }

  async #hold(action: FaultAction): Promise<void> {
    for (const { id, spec } of this.#fired) {
      if (spec.action === action) await this.#list.hold({ ...this.#request, faultId: id, at: action });
    }
  }
}
