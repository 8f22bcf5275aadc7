import { createServer, type AddressInfo } from 'node:net';
import type { Connection } from 'mysql2';
import { beforeAll, afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '@tidemark/domain';
import { mysqlForTests, redshiftForTests, sshForTests, type MysqlForTests, type RedshiftForTests } from '@tidemark/testkit';
import { SharedTunnel } from '@tidemark/tunnel';
import { ConnectionRegistry, type ConnectionRegistryOptions } from './connection-registry.ts';

let mysql: MysqlForTests;
let redshift: RedshiftForTests;
beforeAll(async () => {
  mysql = await mysqlForTests();
  redshift = await redshiftForTests();
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
  await redshift[Symbol.asyncDispose]();
});

const pool = { minConnections: 1, maxConnections: 2, retryAttempts: 1 };
let source: ConnectionRegistryOptions['sources'][number];
let target: ConnectionRegistryOptions['targets'][number];
beforeEach(() => {
  source = { name: 'SHOP_RO', host: mysql.host, port: mysql.port, database: mysql.database, username: mysql.reader.username, password: new Secret(mysql.reader.password), tls: { mode: 'preferred', caFile: null }, pool };
  target = { name: 'dw', host: redshift.host, port: redshift.port, database: redshift.database, username: redshift.loader.username, password: new Secret(redshift.loader.password), tls: { mode: 'required', caFile: null }, queryGroup: null, pool };
});

const registryOf = (changes: Partial<ConnectionRegistryOptions> = {}): ConnectionRegistry => new ConnectionRegistry({ sources: [source], targets: [target], ...changes });

function ask(connection: Connection, sql: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => connection.query(sql, (error, rows) => (error === null ? resolve((rows as Record<string, unknown>[])[0]!) : reject(error))));
}
const idOf = async (connection: Connection): Promise<unknown> => (await ask(connection, 'SELECT CONNECTION_ID() AS id'))['id'];
/** Sessions of the reader on the server. */
const sessions = async (): Promise<number> => Number((await mysql.rows(`SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = '${mysql.reader.username}'`))[0]!.n);
const closed = (connection: Connection): Promise<void> => new Promise((resolve) => (connection as unknown as { stream: NodeJS.EventEmitter }).stream.once('close', () => resolve()));

describe('a pool of a source', () => {
  test('opens nothing before it is asked', async () => {
    await using registry = registryOf();
    expect(registry.source('SHOP_RO').counts).toEqual({ inUse: 0, idle: 0 });
    expect(await sessions()).toBe(0);
  });

  test('lets no more in than it may; the next one gets the place of one that was closed', async () => {
    await using registry = registryOf();
    const connections = registry.source('SHOP_RO');
    const first = await connections.take();
    const second = await connections.take();
    let isIn = false;
    const third = connections.take().finally(() => (isIn = true));
    expect(await sessions()).toBe(2);
    expect(isIn).toBe(false);
    first.destroy();
    expect(await idOf(await third)).not.toBe(await idOf(second));
    expect(connections.counts).toEqual({ inUse: 2, idle: 0 });
  });

  test('keeps so many that are given back and ends the others', async () => {
    await using registry = registryOf();
    const connections = registry.source('SHOP_RO');
    const [first, second] = [await connections.take(), await connections.take()];
    const id = await idOf(first);
    connections.giveBack(first);
    const gone = closed(second);
    connections.giveBack(second);
    await gone;
    expect(connections.counts).toEqual({ inUse: 0, idle: 1 });
    for (let use = 0; use < 12; use += 1) {
      const again = await connections.take();
      expect(await idOf(again)).toBe(id);
      connections.giveBack(again);
    }
  });

  test('keeps none where none is to be kept', async () => {
    await using registry = registryOf({ sources: [{ ...source, pool: { ...pool, minConnections: 0 } }] });
    const connection = await registry.source('SHOP_RO').take();
    const gone = closed(connection);
    registry.source('SHOP_RO').giveBack(connection);
    await gone;
    expect(registry.source('SHOP_RO').counts).toEqual({ inUse: 0, idle: 0 });
  });

  test('a kept connection that the server ended is not handed out', async () => {
    await using registry = registryOf();
    const connections = registry.source('SHOP_RO');
    const connection = await connections.take();
    const id = await idOf(connection);
    connections.giveBack(connection);
    await mysql.run(`KILL ${String(id)}`);
    const next = await connections.take();
    expect(await idOf(next)).not.toBe(id);
  });

  test('tries again as often as it may, and says why it gives up', async () => {
    let arrivals = 0;
    const silent = createServer((socket) => {
      arrivals += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      await using registry = registryOf({ sources: [{ ...source, port: (silent.address() as AddressInfo).port, pool: { ...pool, retryAttempts: 3 } }] });
      await expect(registry.source('SHOP_RO').take()).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', retry: 'later' });
      expect(arrivals).toBe(3);
      // The place is free again.
      expect(registry.source('SHOP_RO').counts.inUse).toBe(0);
    } finally {
      silent.close();
    }
  });

  test('a connection to end a query of another is beside the limit', async () => {
    await using registry = registryOf({ sources: [{ ...source, pool: { ...pool, maxConnections: 1 } }] });
    await registry.source('SHOP_RO').take();
    const beside = await registry.source('SHOP_RO').takeBeside();
    expect(await ask(beside, 'SELECT 1 AS one')).toEqual({ one: 1 });
    beside.destroy();
  });
});

test('a registry: sources and targets share a budget; unknown names are told; all ends with it', async () => {
  const registry = registryOf({ maxConnections: 2 });
  expect(() => registry.source('SHOP')).toThrow(expect.objectContaining({ code: 'CONNECTION_NOT_REGISTERED', message: 'There is no source SHOP; there is SHOP_RO.' }));
  const connection = await registry.source('SHOP_RO').take();
  const client = await registry.target('dw').take();
  let isIn = false;
  const waiting = registry.target('dw').take().finally(() => (isIn = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isIn).toBe(false);
  connection.destroy();
  expect((await (await waiting).query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(registry.target('dw').counts).toEqual({ inUse: 2, idle: 0 });
  await registry[Symbol.asyncDispose]();
  await expect(client.query('SELECT 1')).rejects.toThrow();
  await expect.poll(sessions).toBe(0);
});

describe('a query in flight whose tunnel breaks', () => {
  test.each([['killed', 'dropSessions', /^The ssh session with 127\.0\.0\.1:\d+ (ended|failed)/], ['frozen', 'signalAll', /gave no sign of life for 0\.5 s\.$/]] as const)('ends with the reason: a session that is %s', async (what, harm, message) => {
    await using ssh = await sshForTests({ forwardTo: [mysql, redshift] });
    const way = {
      host: ssh.host, port: ssh.port, username: ssh.username, privateKeyPath: ssh.privateKeyPath, passphrase: null, password: null, agentSocket: null,
      knownHostsPath: ssh.knownHostsPath, hostKeySha256: null, localPort: 0, keepaliveMs: 500, connectTimeoutMs: 5000,
    };
    await using toSource = new SharedTunnel(way, mysql);
    await using toTarget = new SharedTunnel(way, redshift);
    await using registry = registryOf({ sources: [{ ...source, resolveEndpoint: () => toSource.open() }], targets: [{ ...target, resolveEndpoint: () => toTarget.open() }] });
    const connection = await registry.source('SHOP_RO').take();
    const client = await registry.target('dw').take();
    const release = redshift.emulator!.hooks.on(({ sql, phase }) => (phase === 'after' && sql.startsWith("SELECT 'held'") ? 'hold-answer' : undefined));
    const sleeping = ask(connection, `SELECT SLEEP(60) AS ${what}`).catch((error: unknown) => error);
    const held = client.query("SELECT 'held' AS text").catch((error: unknown) => error);
    // The server may take seconds to end the query of the other case.
    await expect.poll(async () => (await mysql.rows(`SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60) AS ${what}'`))[0]!.n).toBe('1');
    ssh.server![harm]('SIGSTOP');
    expect(await sleeping).toMatchObject({ code: 'TUNNEL_LOST', retry: 'now', message: expect.stringMatching(message) });
    expect(await held).toMatchObject({ message: expect.stringMatching(message) });
    ssh.server!.signalAll('SIGCONT');
    release();
    // The next connection opens the tunnel anew.
    const next = await registry.source('SHOP_RO').take();
    expect(await ask(next, 'SELECT 1 AS one')).toEqual({ one: 1 });
  });
});
