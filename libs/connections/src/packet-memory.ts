import type { ChunkReceiver } from '@tidemark/domain';

/** Enough for a few hundred rows, which are decoded while they are in the processor's cache. */
const HALF_BYTES = 64 * 1024;

/** A packet's length in three bytes, then its number. https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html */
const HEADER_BYTES = 4;

/**
 * Memory that a MySQL connection receives into: two halves in turns. It hands out whole packets; the beginning of the next one moves to the other half.
 * A packet that a half has no room for is handed out as it comes, in memory of its own.
 */
export class PacketMemory {
  readonly #deliver: (chunk: Buffer) => void;
  #current: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(HALF_BYTES);
  #other: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(HALF_BYTES);
  /** Bytes of an incomplete packet at the beginning of the current half. */
  #carried = 0;
  /** Bytes of a large packet that are still to come. */
  #passing = 0;

  /** While there is one, chunks are views of a half, which is written to again when the other one has been handed out. */
  receiver: ChunkReceiver | null = null;

  /** @param deliver is given each chunk, in order, but for what the receiver has taken of it */
  constructor(deliver: (chunk: Buffer) => void) {
    this.#deliver = deliver;
  }

  /** Where the next bytes go. */
  get room(): Buffer {
    return this.#current.subarray(this.#carried);
  }

  /** Takes the bytes that have come into `room`. */
  received(byteLength: number): void {
    const half = this.#current;
    const end = this.#carried + byteLength;
    this.#carried = 0;
    const passed = Math.min(this.#passing, end);
    this.#passing -= passed;
    const whole = endOfPackets(half, passed, end);
    const rest = end - whole;
    const missing = rest < HEADER_BYTES ? 0 : HEADER_BYTES + half.readUIntLE(whole, 3) - rest;
    // Half of the room is left for reading; then there is always some.
    const isLarge = rest + missing > HALF_BYTES / 2;
    if (isLarge) this.#passing = missing;
    this.#carry(half, whole, isLarge ? 0 : rest);
    if (passed > 0) this.#deliver(Buffer.from(half.subarray(0, passed)));
    if (whole > passed) this.#handOut(half.subarray(passed, whole));
    if (isLarge) this.#deliver(Buffer.from(half.subarray(whole, end)));
  }

  /** Gives both halves up without waiting for the garbage collector: nothing is received any more, and no chunk is in anybody's hands. */
  close(): void {
    for (const { buffer } of [this.#current, this.#other]) buffer.transfer(0);
  }

  #handOut(chunk: Buffer): void {
    if (this.receiver === null) return this.#deliver(Buffer.from(chunk));
    const taken = this.receiver(chunk);
    if (taken < chunk.length) this.#deliver(chunk.subarray(taken));
  }

  #carry(half: Buffer<ArrayBuffer>, start: number, length: number): void {
    half.copy(this.#other, 0, start, start + length);
    this.#carried = length;
    this.#current = this.#other;
    this.#other = half;
  }
}

/** Where the whole packets in `bytes[from, end)` end. */
function endOfPackets(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at + HEADER_BYTES <= end) {
    const next = at + HEADER_BYTES + (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16));
    if (next > end) break;
    at = next;
  }
  return at;
}
