/** More would only be kept for nothing: a writer holds the batches of a row group, which is at most a few. */
const MAX_FREE = 12;

/** Memory of one column that came back from its receivers, the last one first: it may still be in the processor's cache. */
export class MemoryPool {
  readonly #free: ArrayBuffer[] = [];
  #isClosed = false;

  /** Memory of at least `byteLength` bytes and any content; null when none came back. Smaller memory is let go: columns grow. */
  take(byteLength: number): Uint8Array | null {
    for (let memory = this.#free.pop(); memory !== undefined; memory = this.#free.pop()) {
      if (memory.byteLength >= byteLength) return new Uint8Array(memory);
      giveUp(memory);
    }
    return null;
  }

  /** Takes memory back. What went to another thread is empty here. */
  give(memory: ArrayBufferLike): void {
    if (!(memory instanceof ArrayBuffer) || memory.byteLength === 0) return;
    if (this.#isClosed || this.#free.length === MAX_FREE) giveUp(memory);
    else this.#free.push(memory);
  }

  /** Keeps nothing any more. */
  close(): void {
    this.#isClosed = true;
    for (const memory of this.#free.splice(0)) giveUp(memory);
  }
}

/** Frees it without waiting for the garbage collector. */
function giveUp(memory: ArrayBuffer): void {
  memory.transfer(0);
}
