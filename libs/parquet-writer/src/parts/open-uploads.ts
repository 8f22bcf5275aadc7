import type { ByteSink, SinkOpener } from '../ports.ts';

/** Keeps track of the uploads that are neither closed nor given up. */
export class OpenUploads {
  readonly #openSink: SinkOpener;
  readonly #open = new Set<ByteSink>();
  #opening: Promise<ByteSink> | null = null;

  constructor(openSink: SinkOpener) {
    this.#openSink = openSink;
  }

  /** Opens an upload, which counts as open until its `close` resolves. One call at a time. */
  async start(key: string): Promise<ByteSink> {
    this.#opening = this.#openSink(key);
    try {
      const sink = await this.#opening;
      this.#open.add(sink);
      return {
        ...(sink.keepsNothing === undefined ? {} : { keepsNothing: sink.keepsNothing }),
        write: (chunk) => sink.write(chunk),
        close: async () => {
          const stored = await sink.close();
          this.#open.delete(sink);
          return stored;
        },
        abort: () => sink.abort(),
      };
    } finally {
      this.#opening = null;
    }
  }

  /** Aborts every open upload, one that is just being opened as soon as it is there; returns what went wrong. */
  async giveUp(): Promise<readonly unknown[]> {
    const aborts = [...this.#open].map(async (sink) => sink.abort());
    // An upload that fails to open leaves nothing to abort, and its error has reached the caller of `start`.
    if (this.#opening !== null) aborts.push(this.#opening.then((sink) => sink.abort(), () => undefined));
    const results = await Promise.allSettled(aborts);
    return results.filter((result) => result.status === 'rejected').map((result) => result.reason as unknown);
  }
}
