import { MessageChannel, type Worker } from 'node:worker_threads';
import type { ColumnBatch, StagedPart } from '@tidemark/domain';
import { OpenUploads } from '../parts/open-uploads.ts';
import type { StreamingOptions } from '../parts/streaming-part-writer.ts';
import type { PartWriter } from '../parts/part-writer.ts';
import { WriterLife } from '../parts/writer-life.ts';
import type { ByteSink } from '../ports.ts';
import { giveUp } from '../values/give-up.ts';
import { GivenMemory } from './given-memory.ts';
import { PortCalls } from './port-calls.ts';

/** What of a writer's options goes to its thread. */
export type ThreadedOptions = Pick<StreamingOptions, 'columns' | 'targetFileBytes' | 'maxFileRows' | 'compression'>;

/**
 * A part writer that works in another thread: batches go there with their memory, encoded bytes come back to sinks in this one.
 *
 * While a batch is written there, the next one may be made here: `write` resolves when the one before it has been written,
 * and rejects for it too.
 */
export class ThreadedPartWriter implements PartWriter {
  readonly #calls: PortCalls;
  readonly #uploads: OpenUploads;
  /** Parts by number. */
  readonly #parts: { readonly key: string; readonly sink: ByteSink }[] = [];
  readonly #life: WriterLife;
  readonly #onEnd: () => void;
  #written: Promise<unknown> = Promise.resolve();

  /** @param onEnd is called once, when the writer needs its thread no more */
  constructor(thread: Worker, { columns, targetFileBytes, maxFileRows, compression, openSink, keyOf }: StreamingOptions, onEnd: () => void) {
    const { port1, port2 } = new MessageChannel();
    const options: ThreadedOptions = { columns: columns.map(({ name, parquet }) => ({ name, parquet })), targetFileBytes, maxFileRows: maxFileRows ?? null, compression };
    thread.postMessage({ port: port2, options }, [port2]);
    this.#uploads = new OpenUploads(openSink);
    this.#onEnd = onEnd;
    this.#calls = new PortCalls(port1, {
      open: async (part: number) => {
        const key = keyOf(part);
        this.#parts[part] = { key, sink: await this.#uploads.start(key) };
      },
      write: async ({ part, chunk }: { readonly part: number; readonly chunk: Uint8Array }) => {
        const { sink } = this.#parts[part]!;
        await sink.write(chunk);
        if (sink.keepsNothing === true) giveUp(chunk);
      },
      close: (part: number) => this.#parts[part]!.sink.close(),
    });
    this.#life = new WriterLife(() => {
      this.#release();
      return this.#uploads.giveUp();
    });
  }

  write(batch: ColumnBatch): Promise<void> {
    return this.#life.run(async () => {
      await this.#written;
      this.#life.checkAlive();
      const memory = new GivenMemory();
      const columns = batch.columns.map(({ bytes, valueCount, defined }) => ({ bytes: memory.give(bytes), valueCount, defined: memory.give(defined) }));
      this.#written = this.#calls.call('write', { rowCount: batch.rowCount, columns }, memory.list);
      this.#written.catch((error: unknown) => this.#life.end(error));
    });
  }

  finish(): Promise<readonly StagedPart[]> {
    return this.#life.run(async () => {
      await this.#written;
      const parts = (await this.#calls.call('finish', null)) as readonly StagedPart[];
      this.#life.checkAlive();
      this.#life.finish();
      this.#release();
      return parts.map((part) => ({ ...part, key: this.#parts[Number(part.key)]!.key }));
    });
  }

  abort(): Promise<void> {
    return this.#life.abort();
  }

  /** Tells the writer that its thread is gone. */
  lose(reason: unknown): void {
    void this.#life.end(reason);
  }

  #release(): void {
    this.#calls.close();
    this.#onEnd();
  }
}
