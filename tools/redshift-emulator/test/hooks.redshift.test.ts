import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { HookEvent, HookListener, SqlError } from '../src/index.ts';
import { failureOf } from './failures.ts';
import { copyText, usersOf, startWorld, type World } from './world.ts';

let world: World;
let watcher: pg.Client;
let stopHook: () => void = () => undefined;

beforeAll(async () => {
  world = await startWorld();
  watcher = await world.connect('admin');
  await watcher.query('CREATE TABLE events (n BIGINT)');
  await watcher.query('GRANT ALL ON events TO loader');
  await world.parquet('n.parquet', 'SELECT i::BIGINT AS n FROM range(1000) r(i)');
  world.manifest('n.json', ['n.parquet']);
});
afterEach(async () => {
  stopHook();
  await watcher.query('DELETE FROM events');
});
afterAll(() => world.stop());

const hook = (listener: HookListener): void => {
  stopHook = world.emulator.hooks.on(listener);
};
const when = (kind: string, phase: HookEvent['phase'], reply: 'drop-connection' | 'hold-answer' | SqlError): HookListener => (event) => (event.kind === kind && event.phase === phase ? reply : undefined);
const count = async (): Promise<number> => Number((await watcher.query('SELECT count(*) AS n FROM events')).rows[0].n);

async function until(reached: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await reached()); tries += 1) {
    if (tries > 200) throw new Error('It did not happen.');
    await sleep(10);
  }
}

describe('hooks', () => {
  test('a connection cut before COMMIT leaves nothing', async () => {
    const client = await world.connect();
    await client.query('BEGIN');
    await client.query(copyText('events', 'n.json'));
    hook(when('commit', 'before', 'drop-connection'));
    await expect(client.query('COMMIT')).rejects.toThrow('Connection terminated');
    expect(await count()).toBe(0);
  });

  test('a connection cut after COMMIT: committed, and the client never learns it', async () => {
    const client = await world.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO events VALUES (1)');
    hook(when('commit', 'after', 'drop-connection'));
    await expect(client.query('COMMIT')).rejects.toThrow('Connection terminated');
    expect(await count()).toBe(1);
  });

  test('a connection cut inside a COPY, after rows went to the database, leaves nothing', async () => {
    const client = await world.connect();
    hook(when('copy', 'during', 'drop-connection'));
    await expect(client.query(copyText('events', 'n.json'))).rejects.toThrow('Connection terminated');
    await watcher.query('BEGIN');
    await watcher.query('LOCK events');
    expect(await count()).toBe(0);
    await watcher.query('COMMIT');
  });

  test('a held COMMIT lands although its client is gone', async () => {
    const client = await world.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO events VALUES (1)');
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    hook((event) => (event.kind === 'commit' && event.phase === 'before' && event.user === 'loader' ? held : undefined));
    const commit = client.query('COMMIT').catch((error: Error) => error.message);
    await sleep(30);
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect(await commit).toMatch(/Connection terminated|closed/);
    await sleep(30);
    expect(await count()).toBe(0);
    release();
    await until(async () => (await count()) === 1);
  });

  test('a held COMMIT whose session is terminated never lands', async () => {
    const client = await world.connect();
    const pid = (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
    await client.query('BEGIN');
    await client.query('INSERT INTO events VALUES (1)');
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    hook((event) => (event.kind === 'commit' && event.user === 'loader' ? held : undefined));
    const commit = client.query('COMMIT').catch(() => 'lost');
    await sleep(30);
    const next = await world.connect();
    await next.query('SELECT pg_terminate_backend($1)', [pid]);
    release();
    expect(await commit).toBe('lost');
    await watcher.query('BEGIN');
    await watcher.query('LOCK events');
    expect(await count()).toBe(0);
    await watcher.query('COMMIT');
  });

  test('an answer that never comes', async () => {
    const client = await world.connect();
    hook(when('insert', 'after', 'hold-answer'));
    const insert = client.query('INSERT INTO events VALUES (1)').catch((error: Error) => error.message);
    await until(async () => (await count()) === 1);
    await client.end();
    expect(await insert).toMatch(/Connection terminated/);
  });

  test('injected errors: 1023 at COPY, disk full inside it', async () => {
    const client = await world.connect();
    world.emulator.hooks.failNext((event) => event.kind === 'copy', { code: 'XX000', message: '1023', detail: 'Serializable isolation violation on table - 1' });
    expect(await failureOf(client, copyText('events', 'n.json'))).toMatchObject({ code: 'XX000', message: '1023' });
    world.emulator.hooks.failNext((event) => event.kind === 'copy', { code: 'XX000', message: 'Disk Full' }, 'during');
    await client.query('BEGIN');
    expect((await failureOf(client, copyText('events', 'n.json'))).message).toBe('Disk Full');
    expect((await failureOf(client, 'SELECT 1')).code).toBe('25P02');
    await client.query('ROLLBACK');
    await client.query(copyText('events', 'n.json'));
    expect(await count()).toBe(1000);
  });
});

describe('as a process', () => {
  let child: ChildProcess;
  let control: { url: string; token: string };
  let port: number;

  beforeAll(async () => {
    const config = {
      postgres: world.postgres, users: usersOf(world.database), database: world.database, isolation: 'snapshot', s3: { endpoint: world.s3.endpoint },
    };
    child = spawn(process.execPath, ['--conditions=@tidemark/source', join(import.meta.dirname, '../src/main.ts'), '--config', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin!.end(JSON.stringify(config));
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout! })) {
      lines.push(line);
      if (lines.length === 2) break;
    }
    expect(lines[0]).toMatch(/^ready \d+$/);
    ({ port, control } = JSON.parse(lines[1]!) as { port: number; control: typeof control });
  });
  afterAll(async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });

  const call = async (method: string, path: string, body?: unknown, token = control.token): Promise<{ status: number; body: Record<string, never> }> => {
    const response = await fetch(`${control.url}${path}`, { method, headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { status: response.status, body: (await response.json()) as Record<string, never> };
  };

  test.each([['{}', 'the configuration needs "postgres" and "users"'], ['{"postgres": {"host": "127.0.0.1", "port": 1, "user": "x"}, "users": {}}', 'connect ECONNREFUSED 127.0.0.1:1']])('a configuration %s ends it with a sentence', (config, sentence) => {
    const { status, stderr } = spawnSync(process.execPath, ['--conditions=@tidemark/source', join(import.meta.dirname, '../src/main.ts'), '--config', '-'], { input: config, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, `redshift-emulator: ${sentence}\n`]);
  });

  test('the control port asks for its token and refuses nonsense', async () => {
    expect((await call('GET', '/statements', undefined, 'wrong')).status).toBe(401);
    expect((await call('POST', '/hooks', { action: 'explode', match: {} })).status).toBe(400);
    expect((await call('GET', '/nowhere')).status).toBe(404);
  });

  test('hooks are armed, held and released from outside', async () => {
    const client = await world.connect('loader', { port });
    const armed = await call('POST', '/hooks', { match: { kind: 'insert', sql: 'into events', user: 'loader' }, nth: 2, action: 'hold' });
    expect(armed).toMatchObject({ status: 201, body: { state: 'armed' } });
    await client.query('INSERT INTO events VALUES (1)');
    const second = client.query('INSERT INTO   events VALUES (2)');
    await until(async () => JSON.stringify((await call('GET', '/hooks')).body).includes('"holding"'));
    expect(await count()).toBe(1);
    expect((await call('POST', `/hooks/${armed.body['id']}/release`)).status).toBe(200);
    await second;
    expect(await count()).toBe(2);
    await call('POST', '/hooks', { match: { kind: 'commit' }, phase: 'after', action: 'drop' });
    await client.query('BEGIN');
    await client.query('INSERT INTO events VALUES (3)');
    await expect(client.query('COMMIT')).rejects.toThrow('Connection terminated');
    expect(await count()).toBe(3);
    const statements = (await call('GET', '/statements')).body['statements'] as unknown as { kind: string }[];
    expect((await call('GET', '/statements/shapes')).body['shapes']).toContainEqual(expect.objectContaining({ kind: statements[0]!.kind }));
    expect(statements.map((statement) => statement.kind)).toEqual(['insert', 'insert', 'begin', 'insert', 'commit']);
  });

  test('a delayed COMMIT lands after its client was killed', async () => {
    const client = await world.connect('loader', { port });
    await call('POST', '/hooks', { match: { kind: 'commit' }, action: 'delay', delayMs: 150 });
    await client.query('BEGIN');
    await client.query('INSERT INTO events VALUES (4)');
    void client.query('COMMIT').catch(() => undefined);
    await sleep(20);
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect(await count()).toBe(0);
    await until(async () => (await count()) === 1);
  });

  test('an error of one\'s choice', async () => {
    const client = await world.connect('loader', { port });
    await call('POST', '/hooks', { match: { sql: '^insert' }, action: 'error', error: { code: 'XX000', message: 'Disk Full' } });
    expect((await failureOf(client, 'INSERT INTO events VALUES (5)')).message).toBe('Disk Full');
    await client.query('INSERT INTO events VALUES (5)');
  });
});
