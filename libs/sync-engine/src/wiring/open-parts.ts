import { availableParallelism } from 'node:os';
import { createPartWriter, encoderThreads } from '@tidemark/parquet-writer';
import type { S3Store } from '@tidemark/s3-store';
import type { PartPort } from '../engine/ports.ts';

/** The part port over a store; disposing it ends the threads that encode. */
export function openParts(store: Pick<S3Store, 'openUpload'>): PartPort & AsyncDisposable {
  // The thread that reads needs a core too.
  const threads = encoderThreads(Math.max(1, availableParallelism() - 1));
  return {
    open: ({ inThread, ...request }) => createPartWriter({ ...request, openSink: (key) => Promise.resolve(store.openUpload(key)), ...(inThread ? { threads } : {}) }),
    [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose](),
  };
}
