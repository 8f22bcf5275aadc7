import type { ResolvedTunnel } from '@tidemark/config';
import { directEndpoint, type EndpointResolver } from '@tidemark/connections';
import type { Logger } from '@tidemark/domain';
import { openTunnel, type Tunnel } from '@tidemark/tunnel';

const CONNECT_TIMEOUT_MS = 10_000;

/** The way to a database: straight, or through one ssh session that all its connections share. Opens on first use, and anew when the session was lost. */
export class WayToHost implements AsyncDisposable {
  readonly #tunnel: ResolvedTunnel | null;
  readonly #logger: Logger;
  #open: Promise<Tunnel> | null = null;

  constructor(tunnel: ResolvedTunnel | null, logger: Logger) {
    this.#tunnel = tunnel;
    this.#logger = logger;
  }

  readonly resolve: EndpointResolver = async (host, port) => {
    const settings = this.#tunnel;
    if (settings === null) return directEndpoint(host, port);
    const standing = await this.#open?.catch(() => null);
    if (standing === null || standing === undefined || standing.failure !== null) this.#open = openTunnel(this.#options(settings), { host, port });
    return this.#open!;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    const tunnel = await this.#open?.catch(() => null);
    await tunnel?.close();
  }

  #options(settings: ResolvedTunnel): Parameters<typeof openTunnel>[0] {
    const { useAgent, ...rest } = settings;
    return { ...rest, agentSocket: useAgent ? (process.env['SSH_AUTH_SOCK'] ?? null) : null, connectTimeoutMs: CONNECT_TIMEOUT_MS, logger: this.#logger };
  }
}
