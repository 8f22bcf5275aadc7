import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { isTidemarkError, silentLogger, type Logger, type Secret } from '@tidemark/domain';
import { TunnelError } from './errors.ts';
import { fingerprintOf, judgeHostKey, knownAlgorithms, knownHostsLine } from './known-hosts.ts';

export interface TunnelOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly privateKeyPath: string | null;
  readonly passphrase: Secret | null;
  readonly password: Secret | null;
  /** Use the agent at SSH_AUTH_SOCK, given here as its path. */
  readonly agentSocket: string | null;
  readonly knownHostsPath: string | null;
  /** `SHA256:…`; wins over known_hosts. */
  readonly hostKeySha256: string | null;
  /** 0 lets the system choose. */
  readonly localPort: number;
  readonly keepaliveMs: number;
  readonly connectTimeoutMs: number;
  readonly logger?: Logger;
}

/** An open way from a local port to the destination. */
export interface Tunnel extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** What ended the session, or refused to forward; null while nothing did. Explains a connection that broke. */
  readonly failure: Error | null;
  /** Ends the session and every connection through it. May be repeated. */
  close(): Promise<void>;
}

/** Unanswered keep-alives after which a session counts as dead. */
const KEEPALIVE_COUNT = 3;

/**
 * Opens an ssh session and listens on 127.0.0.1. The host key is verified before any credential is sent.
 *
 * @throws TunnelError `TUNNEL_HOST_KEY_UNKNOWN`, `TUNNEL_HOST_KEY_CHANGED`, `TUNNEL_LOGIN_REFUSED`, `TUNNEL_PRIVATE_KEY`, `TUNNEL_UNREACHABLE`, …
 */
export async function openTunnel(options: TunnelOptions, destination: { readonly host: string; readonly port: number }): Promise<Tunnel> {
  const privateKey = options.privateKeyPath === null ? undefined : await readKey(options.privateKeyPath);
  const judge = await hostKeyJudge(options);
  const client = await connectSession(options, privateKey, judge);
  return SshTunnel.listen(client, options, destination);
}

class SshTunnel implements Tunnel {
  readonly host = '127.0.0.1';
  readonly #client: Client;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #ended: Promise<void>;
  #failure: Error | null = null;
  #isClosing = false;

  private constructor(client: Client, server: Server, logger: Logger) {
    this.#client = client;
    this.#server = server;
    this.#ended = new Promise((resolve) => client.once('close', () => resolve()));
    // A killed session gives 'close' without 'error'.
    client.on('error', (error) => this.#fail(new TunnelError('TUNNEL_LOST', { message: `The ssh session failed: ${error.message}.`, cause: error }), logger));
    client.once('close', () => this.#fail(new TunnelError('TUNNEL_LOST', { message: 'The ssh session ended.' }), logger));
  }

  static async listen(client: Client, options: TunnelOptions, destination: { readonly host: string; readonly port: number }): Promise<SshTunnel> {
    const server = createServer();
    const tunnel = new SshTunnel(client, server, options.logger ?? silentLogger);
    server.on('connection', (socket) => tunnel.#forward(socket, destination));
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.localPort, tunnel.host, resolve);
      });
    } catch (cause) {
      client.end();
      throw new TunnelError('TUNNEL_LOCAL_PORT', { message: `The tunnel cannot listen on 127.0.0.1:${options.localPort}: ${(cause as Error).message}.`, cause });
    }
    return tunnel;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get failure(): Error | null {
    return this.#failure;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    this.#client.end();
    await Promise.race([this.#ended, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
    this.#client.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #forward(socket: Socket, destination: { readonly host: string; readonly port: number }): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    this.#client.forwardOut(this.host, socket.remotePort ?? 0, destination.host, destination.port, (error, channel) => {
      if (error !== undefined) {
        this.#failure ??= new TunnelError('TUNNEL_FORWARD_REFUSED', { message: `The ssh server would not connect to ${destination.host}:${destination.port}: ${error.message}.`, details: { ...destination }, cause: error });
        socket.destroy();
        return;
      }
      channel.on('error', () => socket.destroy());
      channel.on('close', () => socket.destroy());
      socket.on('close', () => channel.destroy());
      socket.pipe(channel).pipe(socket);
    });
  }

  #fail(error: TunnelError, logger: Logger): void {
    if (this.#isClosing || this.#failure !== null) return;
    this.#failure = error;
    logger.warn({ code: error.code }, error.message);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

async function readKey(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new TunnelError('TUNNEL_PRIVATE_KEY', { message: `The private key ${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}.`, details: { path }, cause });
  }
}

interface HostKeyJudge {
  /** Null when the key is the known one. */
  readonly refusal: (key: Buffer) => TunnelError | null;
  /** Empty: any. */
  readonly algorithms: readonly string[];
}

async function hostKeyJudge({ host, port, hostKeySha256, knownHostsPath }: TunnelOptions): Promise<HostKeyJudge> {
  const refused = (code: 'TUNNEL_HOST_KEY_UNKNOWN' | 'TUNNEL_HOST_KEY_CHANGED', sentence: string, key: Buffer): TunnelError =>
    new TunnelError(code, {
      message: `${host}:${port} shows the host key ${fingerprintOf(key)}, ${sentence}.`,
      details: { host, port, fingerprint: fingerprintOf(key), knownHostsLine: knownHostsLine(host, port, key) },
      ...(code === 'TUNNEL_HOST_KEY_UNKNOWN' ? { remedy: [`Check the fingerprint with the server’s administrator, then add this line to known_hosts: ${knownHostsLine(host, port, key)}`] } : {}),
    });
  if (hostKeySha256 !== null) {
    return { algorithms: [], refusal: (key) => (fingerprintOf(key) === hostKeySha256 ? null : refused('TUNNEL_HOST_KEY_CHANGED', `host_key_sha256 is ${hostKeySha256}`, key)) };
  }
  const path = knownHostsPath ?? '';
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new TunnelError('TUNNEL_KNOWN_HOSTS', { message: `${path} cannot be read: ${cause.code ?? 'unknown'}.`, details: { path }, cause });
  });
  const refusal: HostKeyJudge['refusal'] = (key) => {
    const verdict = judgeHostKey(text, host, port, key);
    if (verdict === 'known') return null;
    if (verdict === 'unknown') return refused('TUNNEL_HOST_KEY_UNKNOWN', `which ${path} does not have`, key);
    return refused('TUNNEL_HOST_KEY_CHANGED', verdict === 'revoked' ? `which ${path} revokes` : `${path} has another one for it`, key);
  };
  return { refusal, algorithms: knownAlgorithms(text, host, port) };
}

async function connectSession(options: TunnelOptions, privateKey: Buffer | undefined, judge: HostKeyJudge): Promise<Client> {
  const client = new Client();
  let refusal: TunnelError | null = null;
  const config: ConnectConfig = {
    host: options.host, port: options.port, username: options.username,
    readyTimeout: options.connectTimeoutMs,
    keepaliveInterval: options.keepaliveMs, keepaliveCountMax: KEEPALIVE_COUNT,
    hostVerifier: (key: Buffer) => {
      refusal = judge.refusal(key);
      return refusal === null;
    },
    ...(judge.algorithms.length === 0 ? {} : { algorithms: { serverHostKey: [...judge.algorithms] as ServerHostKeyAlgorithm[] } }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(options.passphrase === null ? {} : { passphrase: options.passphrase.reveal() }),
    ...(options.password === null ? {} : { password: options.password.reveal() }),
    ...(options.agentSocket === null ? {} : { agent: options.agentSocket }),
  };
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.once('error', reject);
      client.once('close', () => reject(new Error('the session closed before it was ready')));
      client.connect(config); // throws at once for a key that cannot be parsed
    });
    client.removeAllListeners('error').removeAllListeners('close');
    return client;
  } catch (cause) {
    client.on('error', () => undefined);
    client.destroy();
    throw refusal ?? translate(cause, options);
  }
}

function translate(cause: unknown, { host, port, username, privateKeyPath }: TunnelOptions): Error {
  if (isTidemarkError(cause)) return cause;
  const error = cause as Error & { level?: string; code?: string };
  const details = { host, port, username };
  if (error.level === 'client-authentication') return new TunnelError('TUNNEL_LOGIN_REFUSED', { message: `${host}:${port} refused the login of ${username}.`, details, cause });
  if (error.level === undefined && error.code === undefined && /key|passphrase/i.test(error.message)) {
    return new TunnelError('TUNNEL_PRIVATE_KEY', { message: `The private key ${privateKeyPath ?? ''} cannot be used: ${error.message}.`, details: { path: privateKeyPath }, cause });
  }
  return new TunnelError('TUNNEL_UNREACHABLE', { message: `No ssh session with ${host}:${port}: ${error.code ?? error.message}.`, details, cause });
}
