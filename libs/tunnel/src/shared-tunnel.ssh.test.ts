import { beforeEach, expect, test } from 'vitest';
import { sshForTests, type SshForTests } from '@tidemark/testkit';
import { echoed, openSocket, startEcho } from '../test/echo.ts';
import { SharedTunnel } from './shared-tunnel.ts';
import type { TunnelOptions } from './tunnel-options.ts';

let destination: Awaited<ReturnType<typeof startEcho>>;
let ssh: SshForTests;
let options: TunnelOptions;

beforeEach(async () => {
  destination = await startEcho();
  ssh = await sshForTests({ forwardTo: [destination] });
  options = {
    host: ssh.host, port: ssh.port, username: ssh.username, privateKeyPath: ssh.privateKeyPath, passphrase: null, password: null, agentSocket: null,
    knownHostsPath: ssh.knownHostsPath, hostKeySha256: null, localPort: 0, keepaliveMs: 300, connectTimeoutMs: 5000,
  };
  return async () => {
    await ssh[Symbol.asyncDispose]();
    await destination[Symbol.asyncDispose]();
  };
});

test('those who ask at the same time get the same tunnel, opened once', async () => {
  await using shared = new SharedTunnel(options, destination);
  const tunnels = await Promise.all([shared.open(), shared.open(), shared.open()]);
  expect(new Set(tunnels).size).toBe(1);
  expect(await echoed(tunnels[0].port, 'one way')).toBe('one way');
});

test('a lost session is opened anew, once, and on the same port where that is fixed', async () => {
  const { port: localPort } = await using(new SharedTunnel(options, destination), (shared) => shared.open());
  await using shared = new SharedTunnel({ ...options, localPort }, destination);
  const tunnel = await shared.open();
  const { closed } = await openSocket(tunnel.port);
  ssh.server!.dropSessions();
  await closed;
  const [next, same] = await Promise.all([shared.open(), shared.open()]);
  expect(next).toBe(same);
  expect(next).not.toBe(tunnel);
  expect(next.port).toBe(localPort);
  expect(await echoed(next.port, 'again')).toBe('again');
});

test('a way that was refused is no lost session', async () => {
  await using shared = new SharedTunnel(options, { host: '127.0.0.1', port: 1 });
  const tunnel = await shared.open();
  await expect(echoed(tunnel.port, 'x')).rejects.toThrow();
  expect(await shared.open()).toBe(tunnel);
});

test('an opening that failed is tried again by the next who asks', async () => {
  ssh.server!.signalAll('SIGSTOP');
  await using shared = new SharedTunnel({ ...options, connectTimeoutMs: 200 }, destination);
  await expect(shared.open()).rejects.toMatchObject({ code: 'TUNNEL_UNREACHABLE' });
  ssh.server!.signalAll('SIGCONT');
  await expect.poll(async () => (await shared.open()).failure).toBeNull();
});

test('nothing is left open when it is disposed, and it opens nothing more', async () => {
  const shared = new SharedTunnel(options, destination);
  const tunnel = await shared.open();
  const { closed } = await openSocket(tunnel.port);
  await shared[Symbol.asyncDispose]();
  await closed;
  await expect.poll(() => ssh.server!.sessionPids()).toEqual([]);
  await expect(echoed(tunnel.port, 'x')).rejects.toThrow();
  await expect(shared.open()).rejects.toThrow(RangeError);
});

async function using<T extends AsyncDisposable, R>(resource: T, work: (resource: T) => Promise<R>): Promise<R> {
  await using held = resource;
  return await work(held);
}

test('an opening at a server that answers nothing is given up when it is disposed', async () => {
  const shared = new SharedTunnel({ ...options, connectTimeoutMs: 600_000 }, destination);
  ssh.server!.signalAll('SIGSTOP');
  try {
    const opening = expect(shared.open()).rejects.toMatchObject({ code: 'TUNNEL_UNREACHABLE' });
    // The server's host accepts the connection; nobody greets.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await shared[Symbol.asyncDispose]();
    await opening;
  } finally {
    ssh.server!.signalAll('SIGCONT');
  }
});
