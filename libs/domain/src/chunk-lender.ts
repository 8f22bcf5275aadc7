/**
 * A stream of a connection that can lend the memory it receives into, in place of giving it away. Whoever reads many bytes that way leaves no
 * garbage behind, for which the collector would stop the reading.
 */
export interface ChunkLender {
  /**
   * From the next chunk on, whole packets go to `receive` first, which may take some from the beginning; the rest becomes `data`. Both are
   * overwritten once the microtasks of their delivery have run; while a stream that was paused before that is paused, they stay.
   * With null, the stream lends no more: chunks belong to their receiver.
   */
  lendChunks(receive: ChunkReceiver | null): void;
}

/** Takes whole packets, with their headers, from the beginning of a chunk; gives the number of bytes it has taken. Must not throw. */
export type ChunkReceiver = (chunk: Buffer) => number;
