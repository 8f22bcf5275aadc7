import type { LeaseClock } from '../src/index.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Lets everything that waits for nothing but other code go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Time for a whole test: every machine of it sees the same time pass. */
export class WorldClock {
  nowMs = 0;
  readonly #machines: Machine[] = [];

  machine(): Machine {
    const machine = new Machine(this);
    this.#machines.push(machine);
    return machine;
  }

  /** Lets time pass, timer by timer. */
  async advance(ms: number): Promise<void> {
    const end = this.nowMs + ms;
    await settled();
    for (;;) {
      const due = Math.min(...this.#machines.map((machine) => machine.nextTimer()));
      if (due > end) break;
      this.nowMs = Math.max(this.nowMs, due);
      for (const machine of this.#machines) machine.fire();
      await settled();
    }
    this.nowMs = end;
  }
}

/** The clock of one process: frozen, its timers wait while time goes on; dead, they never fire. */
export class Machine implements LeaseClock {
  readonly #world: WorldClock;
  #timers: Timer[] = [];
  #state: 'running' | 'frozen' | 'dead' = 'running';

  constructor(world: WorldClock) {
    this.#world = world;
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  elapsedMs(): number {
    return this.#world.nowMs;
  }

  schedule(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#world.nowMs + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const cancel = this.schedule(ms, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        reject(signal.reason as Error);
      });
    });
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state === 'frozen') this.#state = 'running';
  }

  die(): void {
    this.#state = 'dead';
    this.#timers = [];
  }

  nextTimer(): number {
    return this.#state === 'running' ? Math.min(...this.#timers.map(({ at }) => at), Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  }

  fire(): void {
    if (this.#state !== 'running') return;
    const due = this.#timers.filter(({ at }) => at <= this.#world.nowMs);
    this.#timers = this.#timers.filter(({ at }) => at > this.#world.nowMs);
    for (const { callback } of due) callback();
  }
}
