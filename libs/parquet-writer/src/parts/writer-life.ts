import { ParquetError } from '../errors.ts';

/** The rules of a part writer's calls: one at a time, none after the end, and after a failure the same error for each. */
export class WriterLife {
  readonly #giveUp: () => Promise<readonly unknown[]>;
  readonly #failure = Promise.withResolvers<never>();
  #ended: { readonly reason: unknown; readonly givenUp: Promise<readonly unknown[]> } | null = null;
  #isFinished = false;
  #isBusy = false;

  /** @param giveUp lets go of everything, once; gives what went wrong meanwhile */
  constructor(giveUp: () => Promise<readonly unknown[]>) {
    this.#giveUp = giveUp;
    // A failure between two calls is thrown by the next one.
    this.#failure.promise.catch(() => undefined);
  }

  /** Runs a call's work alone, and ends the writer when the work, or something beside it, fails. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.checkAlive();
    if (this.#isBusy || this.#isFinished) {
      throw new ParquetError('PARQUET_WRITER_MISUSED', { message: this.#isBusy ? 'The writer of parts was called while another call was running.' : 'The writer of parts was called after its end.' });
    }
    this.#isBusy = true;
    try {
      return await Promise.race([work(), this.#failure.promise]);
    } catch (error) {
      void this.end(error);
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Ends the writer for a reason, once, and returns what went wrong while it let go. */
  end(reason: unknown): Promise<readonly unknown[]> {
    if (this.#ended === null) {
      this.#ended = { reason, givenUp: this.#giveUp() };
      this.#failure.reject(reason);
    }
    return this.#ended.givenUp;
  }

  checkAlive(): void {
    if (this.#ended !== null) throw this.#ended.reason;
  }

  finish(): void {
    this.#isFinished = true;
  }

  /** @throws ParquetError `PARQUET_ABORT_FAILED` */
  async abort(): Promise<void> {
    if (this.#isFinished) return;
    const failures = await this.end(new ParquetError('PARQUET_ABORTED', { message: 'The writing of parts was given up.' }));
    if (failures.length === 0) return;
    throw new ParquetError('PARQUET_ABORT_FAILED', {
      message: `${failures.length} open upload${failures.length === 1 ? '' : 's'} could not be given up.`,
      cause: failures.length === 1 ? failures[0] : new AggregateError(failures),
    });
  }
}
