import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MariadbServer, type SshdServer, startMariadb, startSshd } from '../src/index.ts';
import { freePort } from '../src/free-port.ts';

let mariadb: MariadbServer;
let sshd: SshdServer;
beforeAll(async () => {
  mariadb = await startMariadb();
  sshd = await startSshd({ forwardTo: [mariadb] });
});
afterAll(async () => {
  await sshd[Symbol.asyncDispose]();
  await mariadb[Symbol.asyncDispose]();
});

/** Forwards with the system's ssh client, and gives what came through, or ssh's complaint. */
async function throughTunnel(target: { host: string; port: number }): Promise<{ bytes: string; complaint: string; exitCode: number | null }> {
  const port = await freePort();
  const options = ['UserKnownHostsFile=' + sshd.knownHostsPath, 'StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', 'BatchMode=yes', 'ExitOnForwardFailure=yes'];
  const client = spawn(
    'ssh',
    ['-F', '/dev/null', '-N', '-L', `${port}:${target.host}:${target.port}`, '-p', String(sshd.port), '-i', sshd.privateKeyPath, ...options.flatMap((option) => ['-o', option]), `${sshd.username}@${sshd.host}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaint = '';
  client.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = once(client, 'exit');
  let bytes = '';
  for (let tries = 0; tries < 100 && bytes === '' && complaint === '' && client.exitCode === null; tries += 1) {
    bytes = await firstBytes(port);
    if (bytes === '') await sleep(50);
  }
  const { exitCode } = client;
  client.kill();
  await ended;
  return { bytes, complaint, exitCode: exitCode ?? client.exitCode };
}

function firstBytes(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (chunk: Buffer) => {
      resolve(chunk.toString('latin1'));
      socket.destroy();
    });
    socket.once('error', () => resolve(''));
    socket.once('close', () => resolve(''));
  });
}

test('it forwards to the database', async () => {
  const { bytes } = await throughTunnel(mariadb);
  expect(bytes).toContain('MariaDB');
});

test('it forwards to nothing else', async () => {
  const { bytes, complaint } = await throughTunnel({ host: '127.0.0.1', port: sshd.port });
  expect(bytes).toBe('');
  expect(complaint).toContain('administratively prohibited');
});

test('an exchanged host key is refused by a client that knows the old one', async () => {
  const before = sshd.hostKeySha256;
  await sshd.changeHostKey();
  expect(sshd.hostKeySha256).not.toBe(before);
  expect(sshd.hostKeySha256).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  const { bytes, complaint } = await throughTunnel(mariadb);
  expect(bytes).toBe('');
  expect(complaint).toMatch(/HOST IDENTIFICATION HAS CHANGED|Host key verification failed/);
});
