import { isTidemarkError } from '@tidemark/domain';
import { ExtractorError } from '../errors.ts';
import type { SourceBatch } from '../ports.ts';
import type { ReadStream } from './read-stream.ts';

/** The batches of a stream up to its end. Left early or aborted, the stream is closed and its query killed. */
export async function* streamBatches(stream: ReadStream, signal: AbortSignal): AsyncGenerator<SourceBatch, void, undefined> {
  const onAbort = (): void => stream.cancel(cancelled(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) onAbort();
    for (;;) {
      const batch = await stream.next();
      if (batch === null) return;
      yield batch;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    await stream.close();
  }
}

/** The reason of an abort where that is an error of Tidemark, else `SOURCE_CANCELLED`. */
export function cancelled(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (isTidemarkError(reason)) return reason;
  return new ExtractorError('SOURCE_CANCELLED', { message: 'The reading was cancelled.', cause: reason });
}
