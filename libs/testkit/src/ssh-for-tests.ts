import { type ForwardTarget, type SshdServer, startSshd } from '@tidemark/local-stack';
import { readTestUrl } from './test-url.ts';

/** An ssh server that forwards, and how to log in to it. */
export interface SshForTests extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly privateKeyPath: string;
  /** File in OpenSSH's known_hosts form that has this server's host key. */
  readonly knownHostsPath: string;
  /** The private server, to drop sessions, freeze it or exchange its host key; undefined when TEST_SSH_URL names the server. */
  readonly server: SshdServer | undefined;
}

/**
 * An ssh server: the one that `TEST_SSH_URL` names (`ssh://user@host:port/?key=FILE&known_hosts=FILE`), else a private sshd (about 0.15 s)
 * that forwards to the given endpoints and to nothing else. Rejects when there is no server; it never skips.
 */
export async function sshForTests(options: { readonly forwardTo: readonly ForwardTarget[] }): Promise<SshForTests> {
  const url = readTestUrl('TEST_SSH_URL', ['ssh']);
  if (url === undefined) {
    const server = await startSshd(options);
    const { host, port, username, privateKeyPath, knownHostsPath } = server;
    return { host, port, username, privateKeyPath, knownHostsPath, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }
  const privateKeyPath = url.parameters.get('key');
  const knownHostsPath = url.parameters.get('known_hosts');
  if (privateKeyPath === null || knownHostsPath === null) throw new Error('TEST_SSH_URL lacks a file: ssh://user@host:port/?key=FILE&known_hosts=FILE');
  return {
    host: url.host,
    port: url.port ?? 22,
    username: url.username,
    privateKeyPath,
    knownHostsPath,
    server: undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
