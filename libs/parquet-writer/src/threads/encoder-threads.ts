import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ParquetError } from '../errors.ts';
import type { PartWriter } from '../parts/part-writer.ts';
import type { StreamingOptions } from '../parts/streaming-part-writer.ts';
import { ThreadedPartWriter } from './threaded-part-writer.ts';

/** Threads in which part writers encode. They start when they are needed, live until disposal, and keep no process alive. */
export interface EncoderThreads extends AsyncDisposable {
  /** Opens a writer in the thread that has the fewest. `createPartWriter` calls it, after its checks. */
  openPartWriter(options: StreamingOptions): PartWriter;
}

/** @param count most threads at once */
export function encoderThreads(count: number): EncoderThreads {
  if (!Number.isSafeInteger(count) || count < 1) throw new ParquetError('PARQUET_REQUEST_INVALID', { message: `The number of encoding threads is ${count}; it must be a whole number above 0.` });
  return new WorkerThreads(count);
}

interface Thread {
  readonly worker: Worker;
  readonly writers: Set<ThreadedPartWriter>;
}

class WorkerThreads implements EncoderThreads {
  readonly #count: number;
  readonly #threads = new Set<Thread>();
  #isDisposed = false;

  constructor(count: number) {
    this.#count = count;
  }

  openPartWriter(options: StreamingOptions): PartWriter {
    if (this.#isDisposed) throw new ParquetError('PARQUET_WRITER_MISUSED', { message: 'A writer of parts was opened in threads that have ended.' });
    const thread = this.#leastBusy();
    const writer = new ThreadedPartWriter(thread.worker, options, () => thread.writers.delete(writer));
    thread.writers.add(writer);
    return writer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #leastBusy(): Thread {
    const known = [...this.#threads].toSorted((a, b) => a.writers.size - b.writers.size)[0];
    return known !== undefined && (known.writers.size === 0 || this.#threads.size >= this.#count) ? known : this.#start();
  }

  #start(): Thread {
    const extension = extname(import.meta.url);
    // From its sources a thread runs as this one does; otherwise it takes over Node's options, which may say more.
    const worker = new Worker(new URL(`./encoder-worker${extension}`, import.meta.url), extension === '.ts' ? { execArgv: ['--conditions=@tidemark/source'] } : {});
    worker.unref();
    const thread: Thread = { worker, writers: new Set() };
    this.#threads.add(thread);
    let reason: unknown;
    worker.on('error', (error) => {
      reason = error;
    });
    worker.on('exit', (code) => {
      this.#threads.delete(thread);
      const lost = new ParquetError('PARQUET_THREAD_LOST', { message: `A thread that encoded parts ended with exit code ${code}, and ${thread.writers.size} writers with it.`, details: { exitCode: code }, cause: reason });
      for (const writer of thread.writers) writer.lose(lost);
    });
    return thread;
  }
}
