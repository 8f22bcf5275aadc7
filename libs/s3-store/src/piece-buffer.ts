const FIRST_BYTES = 256 * 1024;

/** Collects bytes into pieces of one size; the first piece grows with its content, so that small objects stay small in memory. */
export class PieceBuffer {
  readonly #pieceBytes: number;
  readonly #free: Buffer[] = [];
  #open: Buffer = Buffer.alloc(0);
  #length = 0;
  #isFirst = true;

  constructor(pieceBytes: number) {
    this.#pieceBytes = pieceBytes;
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

  /** The collected bytes; the next piece begins. Valid until `giveBack`. */
  take(): Buffer {
    const piece = this.#open.subarray(0, this.#length);
    this.#open = this.#free.pop() ?? Buffer.alloc(0);
    this.#length = 0;
    this.#isFirst = false;
    return piece;
  }

  /** Lets the memory of a full piece be used again. */
  giveBack(piece: Buffer): void {
    if (piece.length === this.#pieceBytes) this.#free.push(piece);
  }

  #reserve(length: number): void {
    if (length <= this.#open.length) return;
    let size = this.#isFirst ? Math.max(FIRST_BYTES, this.#open.length) : this.#pieceBytes;
    while (size < length) size *= 2;
    const larger = Buffer.allocUnsafeSlow(Math.min(size, this.#pieceBytes));
    this.#open.copy(larger, 0, 0, this.#length);
    this.#open = larger;
  }
}
