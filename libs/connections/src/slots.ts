/** Gives a slot back. May be repeated. */
export type ReleaseSlot = () => void;

/** A number of places; who finds none waits in line. One set can draw on another, which then is the budget of several. */
export class Slots {
  readonly #budget: Slots | null;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number, budget: Slots | null = null) {
    this.#free = count;
    this.#budget = budget;
  }

  async acquire(): Promise<ReleaseSlot> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const releaseBudget = await this.#budget?.acquire();
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      releaseBudget?.();
      // The next in line takes the place over; it never is free in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }
}
