import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { silentLogger, type Logger } from '@tidemark/domain';
import { TunnelError } from './errors.ts';
import { askEveryMs, watchSilence } from './silence-watch.ts';
import { openSshSession, type SshSession } from './ssh-session.ts';
import type { Destination, SshHost, TunnelOptions } from './tunnel-options.ts';

/** An open way from a local port to the destination. */
export interface Tunnel extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** What ended the session, or why the last connection was not forwarded; null while all is well. Explains a connection that broke. */
  readonly failure: Error | null;
  /** Aborts when the session has ended by itself, with the error that says why; every connection through it is closed then. */
  readonly broken: AbortSignal;
  /** Ends the session and every connection through it. May be repeated. */
  close(): Promise<void>;
}

/** How long a server may take to answer the goodbye. */
const GOODBYE_MS = 1000;

/**
 * Opens ssh sessions, one through the other, and listens on 127.0.0.1. Each host key is verified before any credential is sent.
 *
 * @throws TunnelError `TUNNEL_HOST_KEY_UNKNOWN`, `TUNNEL_HOST_KEY_CHANGED`, `TUNNEL_LOGIN_REFUSED`, `TUNNEL_PRIVATE_KEY`, `TUNNEL_AGENT`, `TUNNEL_UNREACHABLE`,
 *   `TUNNEL_FORWARD_REFUSED` when one server will not lead to the next, `TUNNEL_LOCAL_PORT`
 */
export async function openTunnel(options: TunnelOptions, destination: Destination): Promise<Tunnel> {
  const sessions: SshSession[] = [];
  try {
    const servers: readonly SshHost[] = [...(options.jump ?? []), options];
    for (const [index, server] of servers.entries()) {
      const before = sessions.at(-1);
      const through = before === undefined ? null : await forward(before.client, servers[index - 1]!, server);
      const isLast = index === servers.length - 1;
      sessions.push(await openSshSession(server, { connectTimeoutMs: options.connectTimeoutMs, askEveryMs: isLast ? askEveryMs(options.keepaliveMs) : 0, through, signal: options.signal }));
    }
    return await SshTunnel.listen(sessions, options, destination);
  } catch (error) {
    for (const { client } of sessions.reverse()) client.on('error', () => undefined).destroy();
    throw error;
  }
}

function forward(client: Client, { host, port }: Destination, to: Destination, from: Destination = { host: '127.0.0.1', port: 0 }): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    try {
      client.forwardOut(from.host, from.port, to.host, to.port, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(new TunnelError('TUNNEL_FORWARD_REFUSED', { message: `The ssh server ${host}:${port} would not connect to ${to.host}:${to.port}: ${error.message}.`, details: { host: to.host, port: to.port, server: `${host}:${port}` }, cause: error }));
      });
    } catch (cause) {
      // ssh2 throws when the session has just ended.
      reject(new TunnelError('TUNNEL_LOST', { message: `The ssh session with ${host}:${port} ended.`, details: { host, port }, cause }));
    }
  });
}

class SshTunnel implements Tunnel {
  readonly host = '127.0.0.1';
  readonly #sessions: readonly SshSession[];
  readonly #client: Client;
  readonly #server: Server;
  readonly #options: TunnelOptions;
  readonly #logger: Logger;
  readonly #sockets = new Set<Socket>();
  readonly #ended: Promise<void>;
  readonly #breaking = new AbortController();
  readonly #stopWatch: () => void;
  #port = 0;
  #refusal: TunnelError | null = null;
  #isClosing = false;

  private constructor(sessions: readonly SshSession[], server: Server, options: TunnelOptions) {
    const { client, stream } = sessions.at(-1)!;
    this.#sessions = sessions;
    this.#client = client;
    this.#server = server;
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#ended = new Promise((resolve) => client.once('close', () => resolve()));
    this.#stopWatch = watchSilence(stream, options.keepaliveMs, () => {
      this.#fail(`gave no sign of life for ${options.keepaliveMs / 1000} s`);
      client.destroy();
    });
    for (const session of sessions) session.client.on('error', (error) => this.#fail(`failed: ${error.message}`, error));
    // A killed session gives 'close' without 'error'.
    client.once('close', () => this.#fail('ended'));
  }

  static async listen(sessions: readonly SshSession[], options: TunnelOptions, destination: Destination): Promise<SshTunnel> {
    const server = createServer();
    const tunnel = new SshTunnel(sessions, server, options);
    server.on('connection', (socket) => void tunnel.#lead(socket, destination));
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.localPort, tunnel.host, resolve);
      });
      tunnel.#port = (server.address() as AddressInfo).port;
    } catch (cause) {
      await tunnel.close();
      throw new TunnelError('TUNNEL_LOCAL_PORT', { message: `The tunnel cannot listen on 127.0.0.1:${options.localPort}: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}.`, details: { port: options.localPort }, cause });
    }
    return tunnel;
  }

  get port(): number {
    return this.#port;
  }

  get broken(): AbortSignal {
    return this.#breaking.signal;
  }

  get failure(): Error | null {
    return this.broken.aborted ? (this.broken.reason as Error) : this.#refusal;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stopWatch();
    this.#stopListening();
    this.#client.end();
    await Promise.race([this.#ended, new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())]);
    this.#dropSessions();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #lead(socket: Socket, destination: Destination): Promise<void> {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    try {
      const channel = await forward(this.#client, this.#options, destination, { host: this.host, port: socket.remotePort ?? 0 });
      this.#refusal = null;
      channel.on('error', () => socket.destroy());
      channel.on('close', () => socket.destroy());
      socket.on('close', () => channel.destroy());
      if (socket.destroyed) channel.destroy();
      socket.pipe(channel).pipe(socket);
    } catch (error) {
      this.#refusal = error as TunnelError;
      socket.destroy();
    }
  }

  #fail(what: string, cause?: unknown): void {
    if (this.#isClosing || this.broken.aborted) return;
    const { host, port } = this.#options;
    const error = new TunnelError('TUNNEL_LOST', { message: `The ssh session with ${host}:${port} ${what}.`, details: { host, port }, cause });
    this.#logger.warn({ code: error.code }, error.message);
    this.#stopWatch();
    // Those who wait for this signal learn the reason before their sockets close.
    this.#breaking.abort(error);
    this.#stopListening();
    this.#dropSessions();
  }

  #stopListening(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #dropSessions(): void {
    for (const { client } of this.#sessions.toReversed()) client.destroy();
  }
}
