/** One message of the PostgreSQL protocol; `type` is undefined for the untyped messages that open a connection. */
export interface WireMessage {
  readonly type: string | undefined;
  readonly body: Buffer;
}

/** Far above any statement Redshift takes (16 MB); a longer length word is not this protocol. */
const MAX_MESSAGE_BYTES = 1 << 28;

/** Cuts a byte stream into protocol messages. The first messages of a client are untyped until `typed` is set. */
export class MessageReader {
  typed: boolean;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(typed: boolean) {
    this.typed = typed;
  }

  /** Adds bytes. Take the finished messages with {@link next}. */
  push(bytes: Buffer): void {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
  }

  /** The next whole message, or undefined when more bytes are needed. */
  next(): WireMessage | undefined {
    const headerBytes = this.typed ? 5 : 4;
    if (this.#pendingBytes < headerBytes) return undefined;
    if (this.#pending[0]!.length < headerBytes) this.#join();
    const length = this.#pending[0]!.readUInt32BE(headerBytes - 4);
    if (length < 4 || length > MAX_MESSAGE_BYTES) throw new Error(`Invalid message length ${length}.`);
    const total = length + headerBytes - 4;
    if (this.#pendingBytes < total) return undefined;
    if (this.#pending[0]!.length < total) this.#join();
    const bytes = this.#pending[0]!;
    if (bytes.length === total) this.#pending.shift();
    else this.#pending[0] = bytes.subarray(total);
    this.#pendingBytes -= total;
    return { type: this.typed ? String.fromCharCode(bytes[0]!) : undefined, body: bytes.subarray(headerBytes, total) };
  }

  #join(): void {
    this.#pending = [Buffer.concat(this.#pending)];
  }
}
