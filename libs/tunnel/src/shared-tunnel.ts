import { openTunnel, type Tunnel } from './tunnel.ts';
import type { Destination, TunnelOptions } from './tunnel-options.ts';

/**
 * One tunnel for many connections: opened when the first one asks, and anew when the session was lost.
 * Those who ask at the same time share one opening.
 */
export class SharedTunnel implements AsyncDisposable {
  readonly #options: TunnelOptions;
  readonly #destination: Destination;
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const tunnel = await this.#opening?.catch(() => null);
    await tunnel?.close();
  }

  async #openAfter(broken: Tunnel | null): Promise<Tunnel> {
    // A fixed local port is free only when the broken tunnel has left it.
    await broken?.close();
    return openTunnel(this.#options, this.#destination);
  }
}
