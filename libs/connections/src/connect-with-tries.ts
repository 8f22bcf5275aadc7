import { setTimeout as sleep } from 'node:timers/promises';
import { isTidemarkError, silentLogger, type Logger } from '@tidemark/domain';

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

/** Repeats an opening whose error says that it may succeed later, with growing pauses of random length: many clients do not come back in step. */
export async function connectWithTries<T>(open: () => Promise<T>, { attempts, logger = silentLogger, pause = sleep, random = Math.random }: Tries): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open();
    } catch (error) {
      if (attempt >= attempts || !isTidemarkError(error) || error.retry === 'never') throw error;
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      const pauseMs = Math.round(longest * (0.5 + random() / 2));
      logger.info({ code: error.code, attempt, attempts, pauseMs }, 'connecting again');
      await pause(pauseMs);
    }
  }
}
