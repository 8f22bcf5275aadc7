/**
 * One server for every handle that a test process asks for: started with the first, stopped with the last.
 */
export class SharedServer<Server extends AsyncDisposable> {
  readonly #start: () => Promise<Server>;
  #running: Promise<Server> | undefined;
  #users = 0;

  constructor(start: () => Promise<Server>) {
    this.#start = start;
  }

  /** The server; each call must be answered by one `release`. */
  async take(): Promise<Server> {
    this.#users += 1;
    this.#running ??= this.#start();
    try {
      return await this.#running;
    } catch (error) {
      this.#users -= 1;
      this.#running = undefined;
      throw error;
    }
  }

  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0 || this.#running === undefined) return;
    const server = await this.#running;
    if (this.#users > 0) return;
    this.#running = undefined;
    await server[Symbol.asyncDispose]();
  }
}
