import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { isTidemarkError } from '@tidemark/domain';
import { TunnelError } from './errors.ts';
import { hostKeyJudge, type HostKeyJudge } from './host-key-judge.ts';
import { readPrivateKey } from './private-key.ts';
import type { SshHost } from './tunnel-options.ts';

/** A logged-in ssh session and the stream that it runs over. */
export interface SshSession {
  readonly client: Client;
  readonly stream: Duplex;
}

export interface SessionSettings {
  readonly connectTimeoutMs: number;
  /** How often to ask for a sign of life; 0: never. */
  readonly askEveryMs: number;
  /** The way to the server; null: straight. */
  readonly through: Duplex | null;
  /** Gives the login up. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Logs in to an ssh server. The host key is verified before any credential is sent.
 * @throws TunnelError `TUNNEL_HOST_KEY_UNKNOWN`, `TUNNEL_HOST_KEY_CHANGED`, `TUNNEL_KNOWN_HOSTS`, `TUNNEL_PRIVATE_KEY`, `TUNNEL_AGENT`, `TUNNEL_LOGIN_REFUSED`, `TUNNEL_UNREACHABLE`
 */
export async function openSshSession(server: SshHost, settings: SessionSettings): Promise<SshSession> {
  const privateKey = await readPrivateKey(server);
  const judge = await hostKeyJudge(server);
  if (server.agentSocket !== null) await askAgent(server.agentSocket);
  const stream = settings.through ?? (await connectTo(server, settings));
  return { stream, client: await unlessGivenUp(stream, settings.signal, () => logIn(server, settings, stream, privateKey, judge)) };
}

/** Closes the stream when the work on it is given up, so that the work fails at once. */
async function unlessGivenUp<T>(stream: Duplex, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const giveUp = (): void => void stream.destroy(new Error('the opening was given up'));
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal?.aborted === true) giveUp();
    return await work();
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

async function logIn(server: SshHost, settings: SessionSettings, stream: Duplex, privateKey: Buffer | null, judge: HostKeyJudge): Promise<Client> {
  const client = new Client();
  let refusal: TunnelError | null = null;
  const password = server.password?.reveal();
  const config: ConnectConfig = {
    sock: stream,
    username: server.username,
    readyTimeout: settings.connectTimeoutMs,
    // It asks and never gives up: whether the session is dead is decided by what comes from it (watchSilence).
    keepaliveInterval: settings.askEveryMs,
    keepaliveCountMax: Number.POSITIVE_INFINITY,
    hostVerifier: (key: Buffer) => {
      refusal = judge.refusal(key);
      return refusal === null;
    },
    ...(judge.algorithms.length === 0 ? {} : { algorithms: { serverHostKey: [...judge.algorithms] as ServerHostKeyAlgorithm[] } }),
    ...(privateKey === null ? {} : { privateKey }),
    ...(server.passphrase === null ? {} : { passphrase: server.passphrase.reveal() }),
    ...(password === undefined ? {} : { password, tryKeyboard: true }),
    ...(server.agentSocket === null ? {} : { agent: server.agentSocket }),
  };
  // Servers that ask for the password by PAM offer it as a question.
  if (password !== undefined) client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) => answer(prompts.map(() => password)));
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      // A key that the agent cannot sign with is one of several ways in.
      client.on('error', (error) => {
        if ((error as { level?: string }).level !== 'agent') reject(error);
      });
      client.once('close', () => reject(new Error('it ended the session before the login')));
      client.connect(config);
    });
    // Without a listener, an error of a session that leads to the next one would end the process.
    client.removeAllListeners('close').removeAllListeners('error').on('error', () => undefined);
    return client;
  } catch (cause) {
    client.removeAllListeners('error').on('error', () => undefined).destroy();
    stream.destroy();
    throw refusal ?? translate(cause, server);
  }
}

async function connectTo({ host, port }: SshHost, { connectTimeoutMs: timeoutMs, signal }: SessionSettings): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, keepAlive: true, timeout: timeoutMs });
  try {
    await unlessGivenUp(socket, signal, () => new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error(`no answer for ${timeoutMs / 1000} s`)));
    }));
    socket.setTimeout(0).removeAllListeners();
    return socket;
  } catch (cause) {
    socket.on('error', () => undefined).destroy();
    throw unreachable(host, port, cause);
  }
}

/** @throws TunnelError `TUNNEL_AGENT` when nobody listens there */
async function askAgent(path: string): Promise<void> {
  const socket = connect({ path });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
  } catch (cause) {
    throw new TunnelError('TUNNEL_AGENT', { message: `No ssh agent answers at ${path === '' ? 'SSH_AUTH_SOCK, which is not set' : path}: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}.`, details: { path }, cause });
  } finally {
    socket.destroy();
  }
}

function translate(cause: unknown, server: SshHost): Error {
  if (isTidemarkError(cause)) return cause;
  const { host, port, username } = server;
  if ((cause as { level?: string }).level === 'client-authentication') {
    return new TunnelError('TUNNEL_LOGIN_REFUSED', { message: `${host}:${port} refused the login of ${username} by ${waysIn(server).join(', ')}.`, details: { host, port, username }, cause });
  }
  return unreachable(host, port, cause);
}

function waysIn({ privateKeyPath, agentSocket, password }: SshHost): string[] {
  const ways = [privateKeyPath === null ? null : `the key ${privateKeyPath}`, agentSocket === null ? null : 'the agent’s keys', password === null ? null : 'password'].filter((way) => way !== null);
  return ways.length === 0 ? ['nothing: neither key, agent nor password is given'] : ways;
}

function unreachable(host: string, port: number, cause: unknown): TunnelError {
  const error = cause as Error & { code?: string };
  return new TunnelError('TUNNEL_UNREACHABLE', { message: `No ssh session with ${host}:${port}: ${error.code ?? error.message}.`, details: { host, port }, cause });
}
