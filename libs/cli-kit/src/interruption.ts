import { CliError } from './errors.ts';

/** Longest wait for a safe point: requests that hang are given up sooner than that, and a server may be frozen. */
const SAFE_POINT_MS = 10_000;

export interface InterruptionOptions {
  /** True when the work ends by itself after the signal has aborted; else it is ended at once. Asked when the process is told to end. */
  readonly endsItself?: () => boolean;
  readonly safePointMs?: number;
}

/**
 * A signal that aborts when the process is told to end. The second time the process ends at once.
 * Whoever waits for the work waits for `overdue` beside it.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #endsItself: () => boolean;
  readonly #safePointMs: number;
  readonly #onInterrupt = (): void => this.#stop(new CliError('CLI_INTERRUPTED', { message: 'Interrupted.' }));
  readonly #onTerminate = (): void => this.#stop(new CliError('CLI_TERMINATED', { message: 'Told to end.' }));
  /** Rejects when the work has to be left where it is: at once where it does not end itself, else when no safe point came in time. */
  readonly overdue: Promise<never>;
  #giveUp!: (reason: CliError) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor({ endsItself = () => true, safePointMs = SAFE_POINT_MS }: InterruptionOptions = {}) {
    this.#endsItself = endsItself;
    this.#safePointMs = safePointMs;
    this.overdue = new Promise<never>((_resolve, reject) => (this.#giveUp = reject));
    this.overdue.catch(() => undefined);
    process.on('SIGINT', this.#onInterrupt);
    process.on('SIGTERM', this.#onTerminate);
  }

  /** Its reason is a CliError with the exit code. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    process.off('SIGINT', this.#onInterrupt);
    process.off('SIGTERM', this.#onTerminate);
  }

  #stop(reason: CliError): void {
    if (this.signal.aborted) process.exit(reason.exit);
    if (this.#endsItself()) {
      process.stderr.write('Stopping at the next safe point. Once more ends at once.\n');
      this.#timer = setTimeout(() => this.#giveUp(ended(reason, `No safe point came within ${this.#safePointMs / 1000} s, so it was ended where it stood; what is durable stands, and the same command goes on from there.`)), this.#safePointMs);
    } else {
      this.#giveUp(ended(reason, 'It was ended before it had a result.'));
    }
    this.#controller.abort(reason);
  }
}

/** The failure of work that was told to end, with where it stopped; any other failure as it is. */
export function stopped(cause: unknown, signal: AbortSignal, where: string): unknown {
  return cause instanceof CliError && cause === signal.reason ? ended(cause, where) : cause;
}

function ended(reason: CliError, where: string): CliError {
  return new CliError(reason.code as 'CLI_INTERRUPTED' | 'CLI_TERMINATED', { message: `${reason.message} ${where}`, cause: reason });
}
