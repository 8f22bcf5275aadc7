import { giveUp } from './give-up.ts';

/**
 * Memory that is handed out again and again: what was taken before is overwritten. Fresh memory for each page and column
 * costs more than their encoding, because the system maps and clears it first.
 */
export class ReusedMemory {
  #memory = Buffer.allocUnsafeSlow(0);

  /** `byteLength` bytes of any content, at a word border. */
  take(byteLength: number): Uint8Array {
    if (this.#memory.length < byteLength) {
      this.giveUp();
      this.#memory = Buffer.allocUnsafeSlow(byteLength + (byteLength >> 2));
    }
    return this.#memory.subarray(0, byteLength);
  }

  /** What was taken is not used any more. */
  giveUp(): void {
    giveUp(this.#memory);
    this.#memory = Buffer.allocUnsafeSlow(0);
  }
}
