import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTlsCertificate, type RedshiftEmulatorOptions } from '../src/index.ts';
import { failureOf } from './failures.ts';
import { USERS, startEmulator, startWorld, type World } from './world.ts';

let world: World;
let client: pg.Client;

beforeAll(async () => {
  world = await startWorld();
  client = await world.connect();
  await client.query('CREATE TABLE things (a INT)');
});
afterAll(() => world.stop());

/** Why a login failed. */
async function loginFailure(config: pg.ClientConfig): Promise<{ code: string; message: string }> {
  const refused = new pg.Client({ host: '127.0.0.1', port: world.emulator.port, user: 'loader', password: USERS.loader.password, database: world.database, ...config });
  refused.on('error', () => undefined);
  try {
    await refused.connect();
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message };
  }
  await refused.end();
  throw new Error('The login did not fail.');
}

async function another(options: Partial<RedshiftEmulatorOptions>, use: (port: number) => Promise<void>): Promise<void> {
  const emulator = await startEmulator({ postgres: world.postgres, users: USERS, database: world.database, ...options });
  try {
    await use(emulator.port);
  } finally {
    await emulator.close();
  }
}

describe('login', () => {
  test('a wrong password, an unknown user, another database', async () => {
    expect(await loginFailure({ password: 'wrong' })).toEqual({ code: '28000', message: 'password authentication failed for user "loader"' });
    expect(await loginFailure({ user: 'nobody' })).toEqual({ code: '28000', message: 'password authentication failed for user "nobody"' });
    expect((await loginFailure({ database: 'other' })).code).toBe('3D000');
  });

  test('cleartext, where asked for', async () => {
    await another({ login: 'cleartext' }, async (port) => {
      const open = await world.connect('loader', { port });
      expect((await open.query('SELECT current_user AS me')).rows).toEqual([{ me: 'loader' }]);
      expect((await loginFailure({ port, password: 'wrong' })).code).toBe('28000');
      await open.end();
    });
  });

  test('D15: startup parameters that Redshift does not know are fatal', async () => {
    for (const config of [{ lock_timeout: 5 }, { idle_in_transaction_session_timeout: 5 }, { options: '-c search_path=sales' }]) {
      expect(await loginFailure(config)).toEqual({ code: '42704', message: expect.stringMatching(/^unrecognized configuration parameter "(lock_timeout|idle_in_transaction_session_timeout|options)"$/) });
    }
    const open = await world.connect('loader', { statement_timeout: 4321, application_name: 'loader-test' });
    expect((await open.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: expect.stringMatching(/^4321(ms)?$/) }]);
  });

  test('D23: TLS where there is a certificate, and required where said so', async () => {
    const certificate = makeTlsCertificate();
    await another({ tls: { key: certificate.keyPem, cert: certificate.certPem, required: true } }, async (port) => {
      const secure = await world.connect('loader', { port, host: 'localhost', ssl: { ca: certificate.certPem, rejectUnauthorized: true } });
      expect((await secure.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      expect(await loginFailure({ port })).toEqual({ code: '28000', message: `no pg_hba.conf entry for host "127.0.0.1", user "loader", database "${world.database}", SSL off` });
      await secure.end();
    });
    expect((await loginFailure({ ssl: { rejectUnauthorized: false } })).message).toBe('The server does not support SSL connections');
  });
});

describe('settings', () => {
  test('D15: SET of what Redshift does not know', async () => {
    for (const name of ['lock_timeout', 'idle_in_transaction_session_timeout', 'standard_conforming_strings', 'intervalstyle', 'work_mem', 'default_transaction_isolation', 'redshift_emulator.last_copy_count']) {
      expect(await failureOf(client, `SET ${name} TO '1'`)).toMatchObject({ code: '42704', message: `unrecognized configuration parameter "${name}"` });
    }
    expect((await failureOf(client, 'SHOW standard_conforming_strings')).code).toBe('42704');
    await client.query("SET query_group TO 'tidemark'");
    expect((await client.query('SHOW query_group')).rows).toEqual([{ query_group: 'tidemark' }]);
    await client.query('RESET query_group');
    await client.query("SET search_path TO '$user', public, Sales");
    expect((await client.query('SHOW search_path')).rows).toEqual([{ search_path: '"$user", public, sales' }]);
    await client.query('RESET search_path');
    await client.query("SET timezone TO 'UTC'");
    await client.query('SET error_on_nondeterministic_update TO true');
    await client.query('SET statement_timeout = 0');
  });

  test('D16: extra_float_digits up to 2; client_min_messages for superusers', async () => {
    await client.query('SET extra_float_digits TO 2');
    expect((await failureOf(client, 'SET extra_float_digits TO 3')).code).toBe('22023');
    expect((await failureOf(client, 'SET client_min_messages TO error')).code).toBe('42501');
  });

  test('D24: it says it is 8.0.2', async () => {
    expect((await client.query('SELECT version() AS v')).rows[0].v).toMatch(/^PostgreSQL 8\.0\.2 on i686-pc-linux-gnu, .*Redshift \d+\.\d+\.\d+$/);
    expect((await client.query('SHOW server_version')).rows).toEqual([{ server_version: '8.0.2' }]);
    const sent = new Map<string, string>();
    const fresh = new pg.Client({ host: '127.0.0.1', port: world.emulator.port, user: 'loader', password: USERS.loader.password, database: world.database });
    (fresh as unknown as { connection: { on(name: string, take: (message: { parameterName: string; parameterValue: string }) => void): void } }).connection.on('parameterStatus', (message) => sent.set(message.parameterName, message.parameterValue));
    await fresh.connect();
    await fresh.end();
    expect(sent.get('server_version')).toBe('8.0.2');
    expect(sent.has('standard_conforming_strings')).toBe(false);
  });
});

describe('transactions and literals', () => {
  test('D17: what does not exist', async () => {
    for (const text of ['COPY things FROM STDIN', 'LISTEN x', "NOTIFY x, 'y'", 'SELECT pg_advisory_lock(1)', "SELECT pg_notify('a', 'b')", "COMMIT PREPARED 'x'"]) {
      expect((await failureOf(client, text)).code).toMatch(/^(0A000|42883)$/);
    }
  });

  test('D17: a cursor lives in a transaction, and only one is open', async () => {
    expect((await failureOf(client, 'DECLARE c CURSOR FOR SELECT 1')).code).toBe('25P01');
    await client.query('BEGIN');
    await client.query('DECLARE c CURSOR FOR SELECT 1 AS n UNION ALL SELECT 2');
    expect((await client.query('FETCH FORWARD 1 FROM c')).rows).toEqual([{ n: 1 }]);
    expect((await failureOf(client, 'DECLARE d CURSOR FOR SELECT 1')).code).toBe('0A000');
    await client.query('ROLLBACK');
    await client.query('BEGIN');
    await client.query('DECLARE c CURSOR FOR SELECT 1');
    await client.query('CLOSE c');
    await client.query('DECLARE d CURSOR FOR SELECT 1');
    await client.query('COMMIT');
    await client.query('BEGIN');
    for (const text of ['DECLARE c SCROLL CURSOR FOR SELECT 1', 'DECLARE c CURSOR WITH HOLD FOR SELECT 1', 'DECLARE c BINARY CURSOR FOR SELECT 1']) {
      expect((await failureOf(client, text)).code).toBe('42601');
      await client.query('ROLLBACK');
      await client.query('BEGIN');
    }
    await client.query('ROLLBACK');
  });

  test('D19: after an error nothing but ROLLBACK', async () => {
    await client.query('BEGIN');
    await client.query('INSERT INTO things VALUES (1)');
    expect((await failureOf(client, 'SELECT * FROM nothing')).code).toBe('42P01');
    for (const text of ['SELECT 1', 'INSERT INTO things VALUES (2)', 'SET query_group TO a', 'SELECT nonsense(']) {
      const error = await failureOf(client, text);
      if (text !== 'SELECT nonsense(') expect(error).toMatchObject({ code: '25P02', message: 'current transaction is aborted, commands ignored until end of transaction block' });
    }
    expect((await failureOf(client, 'SELECT $1::INT', [1])).code).toBe('25P02');
    expect((await client.query('COMMIT')).command).toBe('ROLLBACK');
    expect((await client.query('SELECT count(*) AS n FROM things')).rows).toEqual([{ n: '0' }]);
  });

  test('nested BEGIN and COMMIT of nothing are warnings', async () => {
    const own = await world.connect();
    const warnings: string[] = [];
    own.on('notice', (notice) => warnings.push(notice.message ?? ''));
    await own.query('COMMIT');
    await own.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await own.query('BEGIN');
    await own.query('ROLLBACK');
    expect(warnings).toEqual(['there is no transaction in progress', 'there is already a transaction in progress']);
  });

  test('a read-only transaction does not write', async () => {
    await client.query('BEGIN READ ONLY');
    expect((await failureOf(client, 'INSERT INTO things VALUES (1)')).code).toBe('25006');
    await client.query('ROLLBACK');
  });

  test('D21: a backslash escapes in a plain literal, and not in a bound value', async () => {
    const { rows } = await client.query("SELECT 'a\\'b' AS quote, 'a\\\\b' AS slash, 'a\\nb' AS line, 'it''s' AS doubled, '\\101' AS octal, $1::VARCHAR(10) AS bound", ['a\\nb']);
    expect(rows).toEqual([{ quote: "a'b", slash: 'a\\b', line: 'a\nb', doubled: "it's", octal: 'A', bound: 'a\\nb' }]);
    await expect(client.query("SELECT 'ends with \\'")).rejects.toMatchObject({ code: '42601' });
    expect((await client.query("SELECT /* a /* nested */ comment */ 1 AS one -- ; DROP TABLE things")).rows).toEqual([{ one: 1 }]);
  });

  test('D22: LOCK has no mode, and holds nothing outside a transaction', async () => {
    for (const text of ['LOCK things IN SHARE MODE', 'LOCK things NOWAIT', 'LOCK TABLE things IN ACCESS EXCLUSIVE MODE']) expect((await failureOf(client, text)).code).toBe('42601');
    await client.query('LOCK TABLE things');
    const other = await world.connect();
    await other.query('SELECT count(*) FROM things');
    await client.query('CREATE VIEW seen_things AS SELECT a FROM things');
    await client.query('BEGIN');
    expect((await failureOf(client, 'LOCK seen_things')).code).toBe('0A000');
    await client.query('ROLLBACK');
    await client.query('BEGIN');
    await client.query('LOCK things');
    expect((await failureOf(client, 'LOCK seen_things')).code, 'also in a later LOCK').toBe('0A000');
    await client.query('ROLLBACK');
    await client.query('BEGIN');
    await client.query('CREATE VIEW own_things AS SELECT a FROM things');
    expect((await failureOf(client, 'LOCK own_things')).code, 'and of a view of its own').toBe('0A000');
    await client.query('ROLLBACK');
  });

  test('a cancel request of the protocol reaches the right session', async () => {
    const busy = await world.connect();
    const holder = await world.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK things');
    const waiting = failureOf(busy, 'SELECT count(*) FROM things');
    await sleep(50);
    const { processID, secretKey } = busy as unknown as { processID: number; secretKey: number };
    const request = Buffer.alloc(16);
    [16, 80877102, processID, secretKey].forEach((word, index) => request.writeInt32BE(word, index * 4));
    const canceller = connect(world.emulator.port, '127.0.0.1');
    canceller.end(request);
    expect((await waiting).code).toBe('57014');
    await holder.query('ROLLBACK');
  });
});
