/** Parts of the timeout after each of which progress is looked for. */
const TICKS = 10;

/**
 * Tells when something makes no progress for a time. Time is counted in ticks, so that a blocked event loop counts as one tick:
 * what came in meanwhile is seen before the next.
 */
export class ProgressWatch {
  readonly #timer: NodeJS.Timeout;
  #seen = -1;
  #idleTicks = 0;

  /**
   * @param progress a count that grows with progress; null while none is expected
   * @param onStall called once
   */
  constructor(timeoutMs: number, progress: () => number | null, onStall: () => void) {
    this.#timer = setInterval(() => {
      const now = progress();
      this.#idleTicks = now === null || now !== this.#seen ? 0 : this.#idleTicks + 1;
      this.#seen = now ?? -1;
      if (this.#idleTicks < TICKS) return;
      this.stop();
      onStall();
    }, Math.max(1, timeoutMs / TICKS));
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
