import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '@tidemark/domain';
import { mysqlForTests, sshForTests, type MysqlForTests } from '@tidemark/testkit';
import { openTunnel } from '@tidemark/tunnel';
import { openMysqlConnection, type MysqlOptions } from './mysql-connection.ts';

let mysql: MysqlForTests;
let options: MysqlOptions;
let folder: string;

beforeAll(async () => {
  mysql = await mysqlForTests();
  folder = await mkdtemp(join(tmpdir(), 'connections-'));
  options = { name: 'SHOP_RO', host: mysql.host, port: mysql.port, database: mysql.database, username: mysql.reader.username, password: new Secret(mysql.reader.password), tls: { mode: 'preferred', caFile: null } };
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await mysql[Symbol.asyncDispose]();
});

async function ask(connection: Connection, sql: string): Promise<Record<string, unknown>> {
  try {
    return await new Promise((resolve, reject) => connection.query(sql, (error, rows) => (error === null ? resolve((rows as Record<string, unknown>[])[0]!) : reject(error))));
  } finally {
    connection.end();
  }
}

const cipher = async (mode: MysqlOptions['tls']): Promise<unknown> => (await ask(await openMysqlConnection({ ...options, tls: mode }), "SHOW SESSION STATUS LIKE 'Ssl_cipher'"))['Value'];

test('preferred and required encrypt, disabled does not', async () => {
  expect(await cipher({ mode: 'preferred', caFile: null })).not.toBe('');
  expect(await cipher({ mode: 'required', caFile: null })).not.toBe('');
  expect(await cipher({ mode: 'disabled', caFile: null })).toBe('');
});

test('verify-ca trusts the named authority and no other', async () => {
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, mysql.tlsCaPem ?? '');
  expect(await cipher({ mode: 'verify-ca', caFile })).not.toBe('');
  await expect(openMysqlConnection({ ...options, tls: { mode: 'verify-ca', caFile: null } })).rejects.toMatchObject({ code: 'SOURCE_TLS', exit: 13 });
});

test('a file of authorities that is not there is a configuration error', async () => {
  await expect(openMysqlConnection({ ...options, tls: { mode: 'verify-full', caFile: join(folder, 'none.pem') } })).rejects.toMatchObject({ code: 'CONNECTION_CA_FILE', exit: 10 });
});

test('a local file cannot be asked for, nor a second statement sent', async () => {
  await expect(ask(await openMysqlConnection(options), 'SELECT 1; SELECT 2')).rejects.toMatchObject({ code: 'ER_PARSE_ERROR' });
  await expect(ask(await openMysqlConnection(options), "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t")).rejects.toThrow();
});

test.each([
  ['a wrong password', { password: new Secret('wrong-horse') }, 'SOURCE_LOGIN_REFUSED', 12],
  ['a database that is not there', { database: 'nowhere' }, 'SOURCE_DATABASE_MISSING', 13],
  ['a port where nobody listens', { port: 1 }, 'SOURCE_UNREACHABLE', 13],
  ['a host that does not resolve', { host: 'mysql.invalid' }, 'SOURCE_UNREACHABLE', 13],
] as const)('%s', async (_name, change, code, exit) => {
  const error = await openMysqlConnection({ ...options, ...change }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code, exit, message: expect.stringContaining('SHOP_RO') });
  expect(JSON.stringify({ ...(error as object), message: (error as Error).message })).not.toContain('wrong-horse');
});

test('a server that takes the connection and says nothing ends in a time-out', async () => {
  const { createServer } = await import('node:net');
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  try {
    await expect(openMysqlConnection({ ...options, port, connectTimeoutMs: 200 })).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  } finally {
    silent.close();
  }
});

test('the way may lead through a tunnel; what ended the tunnel explains the connection', async () => {
  await using ssh = await sshForTests({ forwardTo: [{ host: mysql.host, port: mysql.port }] });
  const way = { host: ssh.host, port: ssh.port, username: ssh.username, privateKeyPath: ssh.privateKeyPath, passphrase: null, password: null, agentSocket: null, knownHostsPath: ssh.knownHostsPath, hostKeySha256: null, localPort: 0, keepaliveMs: 1000, connectTimeoutMs: 5000 };
  await using tunnel = await openTunnel(way, { host: mysql.host, port: mysql.port });
  expect(await ask(await openMysqlConnection({ ...options, resolveEndpoint: () => Promise.resolve(tunnel) }), "SELECT 'one' AS word")).toEqual({ word: 'one' });
  await using closed = await openTunnel(way, { host: mysql.host, port: 1 });
  await expect(openMysqlConnection({ ...options, resolveEndpoint: () => Promise.resolve(closed) })).rejects.toMatchObject({ code: 'TUNNEL_FORWARD_REFUSED' });
});
