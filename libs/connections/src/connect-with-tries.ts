import { setTimeout as sleep } from 'node:timers/promises';
import { isTidemarkError, silentLogger, type Logger, type TidemarkError } from '@tidemark/domain';

export interface Tries {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly logger?: Logger;
  /** Waits; real time by default. */
  readonly pause?: (ms: number) => Promise<void>;
  /** From 0 to 1; Math.random by default. */
  readonly random?: () => number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Repeats an opening whose error says that it may succeed later, with growing pauses of random length: many clients do not come back in step.
 * Where a session that stood was lost and nothing answers since, the loss is thrown: who had it may ask again for longer than the tries last.
 */
export async function connectWithTries<T>(open: () => Promise<T>, { attempts, logger = silentLogger, pause = sleep, random = Math.random }: Tries): Promise<T> {
  let loss: TidemarkError | null = null;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open();
    } catch (error) {
      if (!isTidemarkError(error) || error.retry === 'never') throw error;
      if (error.retry === 'now') loss ??= error;
      if (attempt >= attempts) throw loss ?? error;
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      const pauseMs = Math.round(longest * (0.5 + random() / 2));
      logger.info({ code: error.code, attempt, attempts, pauseMs }, 'connecting again');
      await pause(pauseMs);
    }
  }
}
