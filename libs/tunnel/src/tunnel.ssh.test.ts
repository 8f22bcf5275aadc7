import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '@tidemark/domain';
import { sshForTests, type SshForTests } from '@tidemark/testkit';
import { echoed, openSocket, startEcho } from '../test/echo.ts';
import { throttledLink } from '../test/throttled-link.ts';
import { fingerprintOf } from './known-hosts.ts';
import { openTunnel } from './tunnel.ts';
import type { TunnelOptions } from './tunnel-options.ts';

const { Server: SshServer, utils } = ssh2;

let destination: Awaited<ReturnType<typeof startEcho>>;
let ssh: SshForTests;
let options: TunnelOptions;

beforeAll(async () => {
  destination = await startEcho();
});
afterAll(async () => {
  await destination[Symbol.asyncDispose]();
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

test('bytes pass both ways, over several connections of one session', async () => {
  await using tunnel = await openTunnel(options, destination);
  const texts = ['one', 'two'.repeat(100_000), 'three'];
  expect(await Promise.all(texts.map((text) => echoed(tunnel.port, text)))).toEqual(texts);
  expect(tunnel.failure).toBeNull();
});

test.each([
  ['ed25519', {}], ['rsa', {}], ['ecdsa', {}], ['rsa', { pem: true }], ['ecdsa', { pem: true }],
  ['rsa', { passphrase: 'open sesame' }], ['ecdsa', { passphrase: 'open sesame', pem: true }],
] as const)('a key of type %s %o logs in', async (type, made) => {
  const privateKeyPath = await ssh.server!.makeUserKey(type, made);
  const passphrase = 'passphrase' in made ? new Secret(made.passphrase) : null;
  await using tunnel = await openTunnel({ ...options, privateKeyPath, passphrase }, destination);
  expect(await echoed(tunnel.port, 'in')).toBe('in');
});

test('an agent logs in with the one of its keys that the server knows', async () => {
  const stranger = await ssh.server!.makeUserKey('ed25519');
  await using agent = await ssh.server!.startAgent([stranger, ssh.privateKeyPath]);
  await using tunnel = await openTunnel({ ...options, privateKeyPath: null, agentSocket: agent.socketPath }, destination);
  expect(await echoed(tunnel.port, 'in')).toBe('in');
});

test('an agent that does not answer is named before the server is asked', async () => {
  await expect(openTunnel({ ...options, privateKeyPath: null, agentSocket: '/nonexistent/agent' }, destination)).rejects.toMatchObject({ code: 'TUNNEL_AGENT', exit: 12, message: 'No ssh agent answers at /nonexistent/agent: ENOENT.' });
  await expect(openTunnel({ ...options, privateKeyPath: null, agentSocket: '' }, destination)).rejects.toMatchObject({ code: 'TUNNEL_AGENT', message: expect.stringContaining('SSH_AUTH_SOCK, which is not set') });
});

test('a public key in place of the private one is told', async () => {
  await expect(openTunnel({ ...options, privateKeyPath: `${ssh.privateKeyPath}.pub` }, destination)).rejects.toMatchObject({ code: 'TUNNEL_PRIVATE_KEY', message: `${ssh.privateKeyPath}.pub holds a public key, not the private one.` });
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
  const { closed } = await openSocket(tunnel.port);
  ssh.server!.dropSessions();
  await closed;
  expect(tunnel.failure).toMatchObject({ code: 'TUNNEL_LOST', retry: 'now', message: expect.stringMatching(/^The ssh session with 127\.0\.0\.1:\d+ (ended|failed: .+)\.$/) });
  expect(tunnel.broken.reason).toBe(tunnel.failure);
});

test('a frozen session is noticed by its keep-alive', async () => {
  await using tunnel = await openTunnel(options, destination);
  const { closed } = await openSocket(tunnel.port);
  ssh.server!.signalAll('SIGSTOP');
  await closed;
  ssh.server!.signalAll('SIGCONT');
  expect(tunnel.failure).toMatchObject({ code: 'TUNNEL_LOST', message: `The ssh session with ${ssh.host}:${ssh.port} gave no sign of life for 0.3 s.` });
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

test('a slow link is no dead link: data that takes longer than the keep-alive passes', async () => {
  await using link = await throttledLink(ssh, 200_000);
  await using tunnel = await openTunnel({ ...options, port: link.port, hostKeySha256: ssh.server!.hostKeySha256, connectTimeoutMs: 20_000 }, destination);
  const text = 'slow'.repeat(40_000);
  expect(await echoed(tunnel.port, text)).toBe(text);
  expect(tunnel.failure).toBeNull();
});

test('a server that takes the connection and says nothing ends in a time-out', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  try {
    await expect(openTunnel({ ...options, port, hostKeySha256: 'SHA256:x', connectTimeoutMs: 200 }, destination)).rejects.toMatchObject({ code: 'TUNNEL_UNREACHABLE', message: expect.stringContaining(`127.0.0.1:${port}`) });
  } finally {
    silent.close();
  }
});

describe('through other servers', () => {
  let first: SshForTests;
  let second: SshForTests;
  let jump: NonNullable<TunnelOptions['jump']>;
  beforeEach(async () => {
    second = await sshForTests({ forwardTo: [ssh] });
    first = await sshForTests({ forwardTo: [second] });
    const hop = ({ host, port, username, privateKeyPath, knownHostsPath }: SshForTests) => ({ ...options, host, port, username, privateKeyPath, knownHostsPath });
    jump = [hop(first), hop(second)];
    return async () => {
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    };
  });

  test('two jumps lead to the server that reaches the database', async () => {
    await using tunnel = await openTunnel({ ...options, jump }, destination);
    const texts = ['far', 'away'.repeat(50_000)];
    expect(await Promise.all(texts.map((text) => echoed(tunnel.port, text)))).toEqual(texts);
    expect([first, second, ssh].map(({ server }) => server!.sessionPids().length > 0)).toEqual([true, true, true]);
    await tunnel.close();
    await expect.poll(() => [first, second, ssh].map(({ server }) => server!.sessionPids().length)).toEqual([0, 0, 0]);
  });

  test('each of them must show its own key', async () => {
    await second.server!.changeHostKey();
    await expect(openTunnel({ ...options, jump }, destination)).rejects.toMatchObject({ code: 'TUNNEL_HOST_KEY_CHANGED', message: expect.stringContaining(`${second.host}:${second.port}`) });
    await expect.poll(() => first.server!.sessionPids()).toEqual([]);
  });

  test('one that may not lead to the next is named', async () => {
    const [, ...rest] = jump;
    await expect(openTunnel({ ...options, jump: [...rest, jump[0]!] }, destination)).rejects.toMatchObject({ code: 'TUNNEL_FORWARD_REFUSED', message: expect.stringContaining(`The ssh server ${second.host}:${second.port} would not connect to ${first.host}:${first.port}`) });
  });

  test.each([['killed', (one: SshForTests) => one.server!.dropSessions()], ['frozen', (one: SshForTests) => one.server!.signalAll('SIGSTOP')]] as const)('one on the way that is %s breaks the tunnel', async (_what, harm) => {
    await using tunnel = await openTunnel({ ...options, jump }, destination);
    const { closed } = await openSocket(tunnel.port);
    harm(first);
    await closed;
    first.server!.signalAll('SIGCONT');
    expect(tunnel.failure).toMatchObject({ code: 'TUNNEL_LOST', retry: 'now' });
  });
});

test.each(['close', 'leave'])('nothing is left open after the process: %s', async (how) => {
  const program = fileURLToPath(new URL('../test/leave-open.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@tidemark/source', program, how, JSON.stringify({ options, destination: { host: destination.host, port: destination.port } })], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  // Closed, the program ends by itself: no timer, socket or session holds it.
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect([printed, code, signal]).toEqual(['through', how === 'close' ? 0 : null, how === 'close' ? null : 'SIGKILL']);
  await expect.poll(() => ssh.server!.sessionPids()).toEqual([]);
});

test('a password is used where the server asks for one, directly or as a question', async () => {
  const hostKey = utils.generateKeyPairSync('ed25519').private;
  for (const method of ['password', 'keyboard-interactive'] as const) {
    const asked: string[] = [];
    const server = new SshServer({ hostKeys: [hostKey] }, (client) => {
      client.on('error', () => undefined).on('authentication', (attempt) => {
        asked.push(attempt.method);
        if (attempt.method !== method) return attempt.reject([method]);
        if (attempt.method === 'password') return attempt.password === 'open sesame' ? attempt.accept() : attempt.reject([method]);
        if (attempt.method === 'keyboard-interactive') attempt.prompt([{ prompt: 'Password: ', echo: false }], (answers) => (answers[0] === 'open sesame' ? attempt.accept() : attempt.reject()));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const parsed = utils.parseKey(hostKey);
    if (parsed instanceof Error) throw parsed;
    const attempt = { ...options, port, privateKeyPath: null, knownHostsPath: null, hostKeySha256: fingerprintOf(parsed.getPublicSSH()) };
    try {
      await using tunnel = await openTunnel({ ...attempt, password: new Secret('open sesame') }, destination);
      expect(tunnel.failure).toBeNull();
      const refused = await openTunnel({ ...attempt, password: new Secret('close sesame') }, destination).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'TUNNEL_LOGIN_REFUSED', message: `127.0.0.1:${port} refused the login of ${options.username} by password.` });
      expect(inspect(refused, { depth: null })).not.toContain('sesame');
      expect(asked).toContain(method);
    } finally {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  }
});
