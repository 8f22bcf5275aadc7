import { StoreError } from '@tidemark/s3-store';
import type { MemoryFaults, MemoryRequest } from '@tidemark/s3-store/testing';

/** What happens to one request: it never arrives, or its answer is lost. */
export type Fault = 'before' | 'after';

const broken = (): StoreError => new StoreError('STORE_UNREACHABLE', { message: 'The connection broke.' });

/** Faults for requests by their number from the moment of `arm`. */
export class FaultPlan implements MemoryFaults {
  readonly seen: MemoryRequest[] = [];
  #plan: ReadonlyMap<number, Fault> = new Map();
  #from = 0;

  /** The n-th request from now on (from 1) meets the fault. */
  arm(plan: ReadonlyMap<number, Fault>): void {
    this.#plan = plan;
    this.#from = this.seen.length;
  }

  /** Every request from now on meets the fault. */
  armAll(fault: Fault, matching: (request: MemoryRequest) => boolean = () => true): void {
    this.#plan = { get: (number: number) => (matching(this.seen[this.#from + number - 1]!) ? fault : undefined) } as unknown as ReadonlyMap<number, Fault>;
    this.#from = this.seen.length;
  }

  disarm(): void {
    this.arm(new Map());
  }

  before(request: MemoryRequest): void {
    this.seen.push(request);
    if (this.#faultOf(request) === 'before') throw broken();
  }

  after(request: MemoryRequest): void {
    if (this.#faultOf(request) === 'after') throw broken();
  }

  #faultOf(request: MemoryRequest): Fault | undefined {
    return this.#plan.get(this.seen.indexOf(request) + 1 - this.#from);
  }
}
