import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time as a lease holder needs it: how long ago, never what o'clock. */
export interface LeaseClock {
  /** Milliseconds since some moment; goes on while the process is stopped and while the machine sleeps. */
  elapsedMs(): number;
  /** Calls back once after at least `ms`, unless it is cancelled. Does not keep the process alive. */
  schedule(ms: number, callback: () => void): () => void;
  /** @throws the signal's reason when it aborts */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const UPTIME = '/proc/uptime';

/** The machine's clock. */
export function systemLeaseClock(): LeaseClock {
  return {
    elapsedMs: uptimeMs() === null ? wallOrMonotonic() : () => uptimeMs() ?? Number.POSITIVE_INFINITY,
    schedule: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
    sleep: async (ms, signal) => {
      try {
        await sleep(ms, undefined, { signal });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}

/**
 * Linux counts the time of suspension in /proc/uptime (CLOCK_BOOTTIME), but not in the clock behind performance.now().
 * https://man7.org/linux/man-pages/man2/clock_gettime.2.html
 */
function uptimeMs(): number | null {
  try {
    const seconds = Number(readFileSync(UPTIME, 'utf8').split(' ', 1)[0]);
    return Number.isFinite(seconds) ? seconds * 1000 : null;
  } catch {
    return null;
  }
}

/** Where there is no such file: the clock that has moved further. A wall clock that is set forward ends a lease too early, never too late. */
function wallOrMonotonic(): () => number {
  const startWall = Date.now();
  const startMonotonic = performance.now();
  let latest = 0;
  return () => {
    latest = Math.max(latest, Date.now() - startWall, performance.now() - startMonotonic);
    return latest;
  };
}
