import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Segment } from './stored-object.ts';

/** Pieces are gathered up to this size, then written at once. */
const FLUSH_BYTES = 1024 * 1024;

/** Writes one body to a file, piece by piece. A piece is the writer's: its memory is given up when it has been written. */
export class BodyWriter {
  readonly #file: string;
  readonly #path: string;
  #handle: FileHandle | undefined;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #size = 0;

  constructor(file: string, path: string) {
    this.#file = file;
    this.#path = path;
  }

  write(piece: Buffer): Promise<void> | void {
    this.#pending.push(piece);
    this.#pendingBytes += piece.length;
    this.#size += piece.length;
    return this.#pendingBytes >= FLUSH_BYTES ? this.#flush() : undefined;
  }

  /** Writes what is left and closes the file. */
  async finish(): Promise<Segment> {
    await this.#flush();
    await this.#handle?.close();
    this.#handle = undefined;
    return { file: this.#file, size: this.#size };
  }

  /** Closes and removes the file, if it is still where it was written. */
  async discard(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    await rm(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    this.#handle ??= await open(this.#path, 'wx');
    const pieces = this.#pending;
    const expected = this.#pendingBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
    if (expected === 0) return;
    const { bytesWritten } = await this.#handle.writev(pieces);
    if (bytesWritten !== expected) throw new Error('the disk took only a part of a body');
    for (const piece of pieces) giveUp(piece);
  }
}

/** Frees what came from the socket in memory of its own: the collector would stop everything for it, ten times a second under load. */
function giveUp({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
