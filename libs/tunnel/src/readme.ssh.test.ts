import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mysqlForTests, sshForTests } from '@tidemark/testkit';
import { firstBytes } from '../examples/first-bytes.ts';

test('the example gives the greeting of a MySQL server behind sshd, and leaves no session', async () => {
  await using mysql = await mysqlForTests();
  await using ssh = await sshForTests({ forwardTo: [mysql] });
  const { host, port, username, privateKeyPath, knownHostsPath } = ssh;
  const options = { host, port, username, privateKeyPath, knownHostsPath, passphrase: null, password: null, agentSocket: null, hostKeySha256: null, localPort: 0, keepaliveMs: 15_000, connectTimeoutMs: 10_000 };
  expect((await firstBytes(options, mysql)).toString('latin1')).toContain(mysql.version);
  await expect.poll(() => ssh.server!.sessionPids()).toEqual([]);
});

test('it is the one of the README', () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  expect(read('../README.md')).toContain(read('../examples/first-bytes.ts'));
});
