import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { sshForTests } from './ssh-for-tests.ts';

test('an ssh server answers with its banner, and its key files are there', async () => {
  await using ssh = await sshForTests({ forwardTo: [{ host: '127.0.0.1', port: 3306 }] });
  const socket = connect(ssh.port, ssh.host);
  const [banner] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(banner.toString()).toMatch(/^SSH-2\.0-/);
  expect((await stat(ssh.privateKeyPath)).mode & 0o077).toBe(0);
  expect(await readFile(ssh.knownHostsPath, 'utf8')).toContain(`[${ssh.host}]:${ssh.port}`);
});
