import type { Logger, Secret } from '@tidemark/domain';

/** An ssh server, how to log in to it, and how to know it. */
export interface SshHost {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly privateKeyPath: string | null;
  /** Of the private key. */
  readonly passphrase: Secret | null;
  readonly password: Secret | null;
  /** Path of an agent's socket, as SSH_AUTH_SOCK has it. */
  readonly agentSocket: string | null;
  readonly knownHostsPath: string | null;
  /** `SHA256:…`; wins over known_hosts. */
  readonly hostKeySha256: string | null;
}

export interface TunnelOptions extends SshHost {
  /** Servers to pass before this one, in their order. */
  readonly jump?: readonly SshHost[];
  /** 0 lets the system choose. */
  readonly localPort: number;
  /** A session from which nothing came for this long is dead; it is asked for a sign of life three times within it. */
  readonly keepaliveMs: number;
  /** Longest wait for a session, per server. */
  readonly connectTimeoutMs: number;
  readonly logger?: Logger;
  /** Gives up an opening that has not come to its end; an open tunnel stays. */
  readonly signal?: AbortSignal;
}

/** The database as the last ssh server sees it. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}
