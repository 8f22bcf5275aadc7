/**
 * A stream of a connection that can lend the memory it receives into, in place of giving it away. Whoever reads many bytes that way leaves no
 * garbage behind, for which the collector would stop the reading.
 */
export interface ChunkLender {
  /**
   * From the next chunk on: lent chunks hold whole packets and are overwritten once the microtasks of their delivery have run; while the stream
   * is paused they stay. Chunks that are not lent belong to their receiver.
   */
  lendChunks(isLending: boolean): void;
}
