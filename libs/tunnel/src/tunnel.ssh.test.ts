import { createServer, connect, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '@tidemark/domain';
import { sshForTests, type SshForTests } from '@tidemark/testkit';
import { openTunnel, type TunnelOptions } from './tunnel.ts';

let echo: Server;
let ssh: SshForTests;
let options: TunnelOptions;
let destination: { host: string; port: number };

beforeAll(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  destination = { host: '127.0.0.1', port: (echo.address() as AddressInfo).port };
});
afterAll(() => {
  echo.close();
});

beforeEach(async () => {
  ssh = await sshForTests({ forwardTo: [destination] });
  options = {
    host: ssh.host, port: ssh.port, username: ssh.username, privateKeyPath: ssh.privateKeyPath, passphrase: null, password: null, agentSocket: null,
    knownHostsPath: ssh.knownHostsPath, hostKeySha256: null, localPort: 0, keepaliveMs: 300, connectTimeoutMs: 5000,
  };
  return async () => {
    await ssh[Symbol.asyncDispose]();
  };
});

async function echoed(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(text);
    return await new Promise<string>((resolve, reject) => {
      let seen = '';
      socket.on('data', (data) => {
        seen += data.toString();
        if (seen.length >= text.length) resolve(seen);
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed')));
    });
  } finally {
    socket.destroy();
  }
}

test('bytes pass both ways, over several connections of one session', async () => {
  await using tunnel = await openTunnel(options, destination);
  const texts = ['one', 'two'.repeat(100_000), 'three'];
  expect(await Promise.all(texts.map((text) => echoed(tunnel.port, text)))).toEqual(texts);
  expect(tunnel.failure).toBeNull();
});

test('an encrypted key opens with its passphrase only', async () => {
  const encrypted = { ...options, privateKeyPath: ssh.server!.encryptedKeyPath };
  await using tunnel = await openTunnel({ ...encrypted, passphrase: new Secret(ssh.server!.passphrase) }, destination);
  expect(await echoed(tunnel.port, 'in')).toBe('in');
  await expect(openTunnel({ ...encrypted, passphrase: new Secret('wrong') }, destination)).rejects.toMatchObject({ code: 'TUNNEL_PRIVATE_KEY', exit: 12 });
  await expect(openTunnel(encrypted, destination)).rejects.toMatchObject({ code: 'TUNNEL_PRIVATE_KEY' });
});

describe('the host key', () => {
  test('is compared with a fingerprint where one is given', async () => {
    await using tunnel = await openTunnel({ ...options, knownHostsPath: null, hostKeySha256: ssh.server!.hostKeySha256 }, destination);
    expect(await echoed(tunnel.port, 'in')).toBe('in');
    await expect(openTunnel({ ...options, hostKeySha256: `SHA256:${'A'.repeat(43)}` }, destination)).rejects.toMatchObject({ code: 'TUNNEL_HOST_KEY_CHANGED', exit: 12 });
  });

  test('that is unknown is refused, with the line to add', async () => {
    await expect(openTunnel({ ...options, knownHostsPath: '/nonexistent/known_hosts' }, destination)).rejects.toMatchObject({
      code: 'TUNNEL_HOST_KEY_UNKNOWN',
      remedy: [expect.stringContaining(`[${ssh.host}]:${ssh.port} ssh-ed25519 `)],
    });
  });

  test('that changed is refused before a credential is sent', async () => {
    await ssh.server!.changeHostKey();
    await expect(openTunnel(options, destination)).rejects.toMatchObject({ code: 'TUNNEL_HOST_KEY_CHANGED', exit: 12, message: expect.stringContaining(ssh.knownHostsPath) });
  });
});

test('a session that is killed ends the connections through it and says so', async () => {
  await using tunnel = await openTunnel(options, destination);
  const socket = connect(tunnel.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  ssh.server!.dropSessions();
  await closed;
  expect(tunnel.failure).toMatchObject({ code: 'TUNNEL_LOST', retry: 'now' });
});

test('a frozen session is noticed by its keep-alive', async () => {
  await using tunnel = await openTunnel(options, destination);
  const socket = connect(tunnel.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  ssh.server!.signalAll('SIGSTOP');
  await closed;
  ssh.server!.signalAll('SIGCONT');
  expect(tunnel.failure).toMatchObject({ code: 'TUNNEL_LOST' });
});

test('a destination that the server does not allow is named', async () => {
  await using tunnel = await openTunnel(options, { host: '127.0.0.1', port: 1 });
  await expect(echoed(tunnel.port, 'x')).rejects.toThrow();
  expect(tunnel.failure).toMatchObject({ code: 'TUNNEL_FORWARD_REFUSED', message: expect.stringContaining('127.0.0.1:1') });
});

test.each([
  ['a port where nobody listens', { port: 1 }, 'TUNNEL_UNREACHABLE', 13],
  ['a user that the server does not know', { username: 'nobody-here' }, 'TUNNEL_LOGIN_REFUSED', 12],
  ['a key that is not there', { privateKeyPath: '/nonexistent/key' }, 'TUNNEL_PRIVATE_KEY', 12],
] as const)('%s', async (_name, change, code, exit) => {
  const attempt = { ...options, ...change, ...('port' in change ? { hostKeySha256: 'SHA256:x' } : {}) };
  await expect(openTunnel(attempt, destination)).rejects.toMatchObject({ code, exit });
});

test('a local port that is taken is named', async () => {
  await expect(openTunnel({ ...options, localPort: destination.port }, destination)).rejects.toMatchObject({ code: 'TUNNEL_LOCAL_PORT', exit: 10 });
});
