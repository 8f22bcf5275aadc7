import type { StoredWatermark, TableTask, WatermarkDocument } from '@tidemark/domain';
import type { WatermarkPort } from './ports.ts';
import type { Transition } from './watermark-transitions.ts';

/** The watermark of one task during a run: each write carries the ETag of the one before, one at a time. */
export class WatermarkCell {
  readonly #port: Pick<WatermarkPort, 'write'>;
  readonly #task: TableTask;
  #stored: StoredWatermark | null;
  #document: WatermarkDocument;
  #last: Promise<unknown> = Promise.resolve();

  /** @param document what is stored, or what the first write creates */
  constructor(port: Pick<WatermarkPort, 'write'>, task: TableTask, stored: StoredWatermark | null, document: WatermarkDocument) {
    this.#port = port;
    this.#task = task;
    this.#stored = stored;
    this.#document = document;
  }

  /** The document after the newest completed write. */
  get document(): WatermarkDocument {
    return this.#document;
  }

  /** Applies transitions in order and writes once, unless they change nothing. Durable on return. */
  async apply(...transitions: readonly Transition[]): Promise<void> {
    const turn = this.#last.then(async () => {
      const next = transitions.reduce((document, transition) => transition(document), this.#document);
      if (next === this.#document && this.#stored !== null) return;
      this.#stored = await this.#port.write(this.#task, next, this.#stored?.etag ?? null);
      this.#document = this.#stored.document;
    });
    this.#last = turn.catch(() => undefined);
    await turn;
  }
}
