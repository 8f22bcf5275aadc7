import type { ResolvedSshHost, ResolvedTunnel } from '@tidemark/config';
import { directEndpoint, type EndpointResolver } from '@tidemark/connections';
import type { Logger } from '@tidemark/domain';
import type { SharedTunnel, SshHost } from '@tidemark/tunnel';

/** Longest wait for a session with an ssh server. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The way to a database: straight, or through one ssh session that all its connections share. Opens on first use, and anew when the session was lost. */
export class WayToHost implements AsyncDisposable {
  readonly #tunnel: ResolvedTunnel | null;
  readonly #logger: Logger;
  #shared: SharedTunnel | null = null;

  constructor(tunnel: ResolvedTunnel | null, logger: Logger) {
    this.#tunnel = tunnel;
    this.#logger = logger;
  }

  readonly resolve: EndpointResolver = async (host, port) => {
    const settings = this.#tunnel;
    if (settings === null) return directEndpoint(host, port);
    const { localPort, keepaliveMs, jump } = settings;
    const { SharedTunnel } = await import('@tidemark/tunnel');
    this.#shared ??= new SharedTunnel(
      { ...sshHost(settings), jump: jump.map(sshHost), localPort, keepaliveMs, connectTimeoutMs: CONNECT_TIMEOUT_MS, logger: this.#logger },
      { host, port },
    );
    return this.#shared.open();
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shared?.[Symbol.asyncDispose]();
  }
}

/** Where SSH_AUTH_SOCK is not set, the empty path says so when the agent is asked. */
function sshHost({ useAgent, host, port, username, privateKeyPath, passphrase, password, knownHostsPath, hostKeySha256 }: ResolvedSshHost): SshHost {
  return { host, port, username, privateKeyPath, passphrase, password, knownHostsPath, hostKeySha256, agentSocket: useAgent ? (process.env['SSH_AUTH_SOCK'] ?? '') : null };
}
