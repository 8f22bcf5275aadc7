/**
 * Memory of pieces, which the uploads of a store use one after the other: fresh memory for each would be garbage soon, for which the
 * collector stops everything.
 */
export class PieceMemory {
  readonly pieceBytes: number;
  readonly #most: number;
  readonly #free: Buffer[] = [];
  #isClosed = false;

  /** @param most pieces that are kept; more are let go */
  constructor(pieceBytes: number, most: number) {
    this.pieceBytes = pieceBytes;
    this.#most = most;
  }

  /** Room for one piece, with any content; null when none came back. */
  take(): Buffer | null {
    return this.#free.pop() ?? null;
  }

  /** Takes back what a piece lay in, if it has room for any piece. @throws RangeError for what is here already: two pieces would lie in it */
  giveBack({ buffer }: Buffer): void {
    if (this.#free.some((free) => free.buffer === buffer)) throw new RangeError('the memory of a piece was given back twice');
    if (!this.#isClosed && buffer.byteLength === this.pieceBytes && this.#free.length < this.#most) this.#free.push(Buffer.from(buffer));
  }

  /** Keeps nothing any more. */
  clear(): void {
    this.#isClosed = true;
    this.#free.length = 0;
  }
}
