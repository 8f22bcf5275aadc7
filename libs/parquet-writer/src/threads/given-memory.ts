import { isMarkedAsUntransferable, type Transferable } from 'node:worker_threads';

/** Typed arrays on their way to another thread, and the memory that goes with them. */
export class GivenMemory {
  readonly #memory = new Set<ArrayBuffer>();

  /** The same bytes, ready to be sent: their memory goes along, or a copy where it belongs to Node's pool or to several threads. */
  give(bytes: Uint8Array): Uint8Array {
    const given = bytes.buffer instanceof ArrayBuffer && !isMarkedAsUntransferable(bytes.buffer) ? bytes : new Uint8Array(bytes);
    this.#memory.add(given.buffer as ArrayBuffer);
    return given;
  }

  get list(): readonly Transferable[] {
    return [...this.#memory];
  }
}
