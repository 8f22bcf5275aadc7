import type { PieceMemory } from './piece-memory.ts';

const FIRST_BYTES = 256 * 1024;

/** Collects bytes into pieces of one size; the first piece grows with its content, so that small objects stay small in memory. */
export class PieceBuffer {
  readonly #memory: PieceMemory;
  readonly #pieceBytes: number;
  #open: Buffer = Buffer.alloc(0);
  #length = 0;
  #isFirst = true;

  constructor(memory: PieceMemory) {
    this.#memory = memory;
    this.#pieceBytes = memory.pieceBytes;
  }

  get isFull(): boolean {
    return this.#length === this.#pieceBytes;
  }

  /** Copies bytes from `offset` on until the piece is full; gives the new offset. */
  fill(bytes: Uint8Array, offset: number): number {
    const taken = Math.min(bytes.length - offset, this.#pieceBytes - this.#length);
    this.#reserve(this.#length + taken);
    this.#open.set(bytes.subarray(offset, offset + taken), this.#length);
    this.#length += taken;
    return offset + taken;
  }

  /** The collected bytes; the next piece begins. They stay until their memory is given back. */
  take(): Buffer {
    const piece = this.#open.subarray(0, this.#length);
    this.#open = Buffer.alloc(0);
    this.#length = 0;
    this.#isFirst = false;
    return piece;
  }

  #reserve(length: number): void {
    if (length <= this.#open.length) return;
    if (this.#length === 0) this.#open = this.#memory.take() ?? this.#open;
    if (length <= this.#open.length) return;
    let size = this.#isFirst ? Math.max(FIRST_BYTES, this.#open.length) : this.#pieceBytes;
    while (size < length) size *= 2;
    const larger = Buffer.allocUnsafeSlow(Math.min(size, this.#pieceBytes));
    this.#open.copy(larger, 0, 0, this.#length);
    this.#open = larger;
  }
}
