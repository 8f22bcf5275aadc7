import { openTunnel, type Tunnel } from './tunnel.ts';
import type { Destination, TunnelOptions } from './tunnel-options.ts';

/** How long a closing may take; each server has a second for its goodbye. */
const GIVE_UP_MS = 2_000;

/**
 * One tunnel for many connections: opened when the first one asks, and anew when the session was lost.
 * Those who ask at the same time share one opening.
 */
export class SharedTunnel implements AsyncDisposable {
  readonly #options: TunnelOptions;
  readonly #destination: Destination;
  readonly #givingUp = new AbortController();
  #opening: Promise<Tunnel> | null = null;
  #isClosed = false;

  constructor(options: TunnelOptions, destination: Destination) {
    this.#options = options;
    this.#destination = destination;
  }

  /**
   * The open tunnel. May be repeated after an error.
   * @throws TunnelError as `openTunnel`
   */
  async open(): Promise<Tunnel> {
    if (this.#isClosed) throw new RangeError('the tunnel was closed for good');
    const opening = this.#opening;
    const standing = await opening?.catch(() => null);
    if (standing !== null && standing !== undefined && !standing.broken.aborted) return standing;
    // Only the first of those who found it broken opens the next one.
    if (this.#opening === opening) this.#opening = this.#openAfter(standing ?? null);
    return this.#opening!;
  }

  /** An opening that is under way is given up: its server may be one that never answers. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#givingUp.abort();
    const closed = this.#opening?.then((tunnel) => tunnel.close(), () => undefined);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([closed, new Promise((resolve) => (timer = setTimeout(resolve, GIVE_UP_MS)))]);
    clearTimeout(timer);
  }

  async #openAfter(broken: Tunnel | null): Promise<Tunnel> {
    // A fixed local port is free only when the broken tunnel has left it.
    await broken?.close();
    return openTunnel({ ...this.#options, signal: this.#givingUp.signal }, this.#destination);
  }
}
