import { createHash } from 'node:crypto';
import type { ByteSink, SinkOpener } from '../src/index.ts';

export interface MemoryStore {
  readonly openSink: SinkOpener;
  /** Closed files by key. */
  readonly files: Map<string, Uint8Array>;
  /** Keys of aborted files. */
  readonly aborted: string[];
  /** Sizes of the chunks in order of arrival. */
  readonly chunkSizes: number[];
}

/** Files in memory; `fault` may throw, reject or wait at any step of any file. */
export function memoryStore(fault: (step: 'open' | 'write' | 'close' | 'abort', key: string) => void | Promise<void> = () => undefined): MemoryStore {
  const store: MemoryStore = { openSink, files: new Map(), aborted: [], chunkSizes: [] };
  async function openSink(key: string): Promise<ByteSink> {
    await fault('open', key);
    const chunks: Uint8Array[] = [];
    return {
      async write(chunk) {
        await fault('write', key);
        chunks.push(chunk);
        store.chunkSizes.push(chunk.length);
      },
      async close() {
        await fault('close', key);
        const file = Buffer.concat(chunks);
        store.files.set(key, file);
        return { etag: `"${createHash('md5').update(file).digest('hex')}"`, byteLength: file.length };
      },
      async abort() {
        await fault('abort', key);
        store.aborted.push(key);
      },
    };
  }
  return store;
}
