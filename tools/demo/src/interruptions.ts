import { constants } from 'node:os';

/** The demo was told to end. */
export class Interrupted extends Error {
  /** 128 and the number of the signal, as a shell reports it. */
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** A promise that rejects with `Interrupted` at the first Ctrl-C, SIGTERM or SIGHUP; from then on these do not end the process. */
export function interruptions(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => reject(new Interrupted(signal)));
  });
  // It may happen before anybody waits for it.
  interrupted.catch(() => undefined);
  return interrupted;
}
