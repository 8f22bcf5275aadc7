import { CliError } from './errors.ts';

/** A signal that aborts when the process is told to end. The second time the process ends at once. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #onInterrupt = (): void => this.#stop(new CliError('CLI_INTERRUPTED', { message: 'Interrupted.' }));
  readonly #onTerminate = (): void => this.#stop(new CliError('CLI_TERMINATED', { message: 'Told to end.' }));

  constructor() {
    process.on('SIGINT', this.#onInterrupt);
    process.on('SIGTERM', this.#onTerminate);
  }

  /** Its reason is a CliError with the exit code. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#onInterrupt);
    process.off('SIGTERM', this.#onTerminate);
  }

  #stop(reason: CliError): void {
    if (this.signal.aborted) process.exit(reason.exit);
    process.stderr.write('Stopping at the next safe point. Once more ends at once.\n');
    this.#controller.abort(reason);
  }
}
