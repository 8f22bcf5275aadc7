import { setImmediate as turn } from 'node:timers/promises';
import type { RequestWrapper } from '../../src/engine/port-methods.ts';

/**
 * Lets a process go on only as far as it is told. It stops before each of its requests and after it, so that between any two of them it
 * can freeze, and other processes can come in between.
 */
export class Pacer {
  #allowed = 0;
  readonly #waiting: (() => void)[] = [];

  readonly wrapper: RequestWrapper = {
    call: async (_request, proceed) => {
      await this.pass();
      const answer = await proceed();
      await this.pass();
      return answer;
    },
    stream: (_request, proceed) => this.#stream(proceed),
  };

  async *#stream<T>(proceed: () => AsyncIterable<T>): AsyncIterable<T> {
    await this.pass();
    for await (const item of proceed()) {
      await this.pass();
      yield item;
    }
    await this.pass();
  }

  /** Resolves when the process may go on. */
  async pass(): Promise<void> {
    if (this.#allowed > 0) this.#allowed--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Lets so many stops be passed, and waits until the process has stopped again, or has ended. */
  async allow(stops: number, hasEnded: () => boolean): Promise<void> {
    this.#allowed += stops;
    while (this.#allowed > 0 && !hasEnded()) {
      for (let woken = this.#waiting.shift(); woken !== undefined; woken = this.#allowed > 0 ? this.#waiting.shift() : undefined) {
        this.#allowed--;
        woken();
      }
      await turn();
    }
    await turn();
  }
}
