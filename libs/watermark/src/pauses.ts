import { setTimeout as sleep } from 'node:timers/promises';
import type { SettleOptions } from './settle-put.ts';

/** Random waits of at most 0.1, 0.2, 0.4 … seconds, three of them. */
export const DEFAULT_SETTLE: SettleOptions = {
  attempts: 4,
  pause: async (attempt) => {
    await sleep(Math.random() * 100 * 2 ** (attempt - 1));
  },
};
