import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RedshiftEmulator } from '../src/index.ts';
import { failureOf } from './failures.ts';
import { USERS, copyText, startEmulator, startWorld, type World } from './world.ts';

let world: World;
let snapshot: RedshiftEmulator;

beforeAll(async () => {
  world = await startWorld({ isolation: 'serializable' });
  snapshot = await startEmulator({ postgres: world.postgres, users: USERS, database: `${world.database}_snap`, isolation: 'snapshot' });
});
afterAll(async () => {
  await snapshot.close();
  await world.stop();
});

type Level = 'serializable' | 'snapshot';

async function sessions(level: Level, setup: string[]): Promise<[pg.Client, pg.Client, pg.Client]> {
  const config = level === 'snapshot' ? { port: snapshot.port, database: `${world.database}_snap` } : {};
  const made = await Promise.all([0, 1, 2].map(() => world.connect('admin', config)));
  for (const text of setup) await made[2]!.query(text);
  return made as [pg.Client, pg.Client, pg.Client];
}

const number = async (client: pg.Client, text: string): Promise<number> => Number(Object.values((await client.query(text)).rows[0])[0]);

/** Whether a statement still waits after a while. */
async function waits(work: Promise<unknown>): Promise<boolean> {
  const quiet = work.then(() => false, () => false);
  return Promise.race([quiet, sleep(150).then(() => true)]);
}

describe('D20: both levels', () => {
  test.each<Level>(['serializable', 'snapshot'])('D20: the level can be read (%s)', async (level) => {
    const [one] = await sessions(level, []);
    const name = level === 'snapshot' ? 'Snapshot Isolation' : 'Serializable';
    expect((await one.query('SELECT isolation_level FROM stv_db_isolation_level')).rows).toEqual([{ isolation_level: name }]);
    expect((await one.query('SELECT isolation_level FROM pg_database_info')).rows).toEqual([{ isolation_level: name }]);
  });

  test.each<Level>(['serializable', 'snapshot'])('D20: transactions on two tables never conflict (%s)', async (level) => {
    const [one, two] = await sessions(level, ['CREATE TABLE pa (n INT)', 'CREATE TABLE pb (n INT)']);
    const run = async (client: pg.Client, table: string): Promise<void> => {
      for (let round = 0; round < 15; round += 1) {
        await client.query('BEGIN');
        await client.query(`LOCK ${table}`);
        await client.query(`SELECT count(*) FROM ${table}`);
        await client.query(`DELETE FROM ${table} WHERE n = ${round - 1}`);
        await client.query(`INSERT INTO ${table} VALUES (${round})`);
        await client.query('COMMIT');
      }
    };
    await Promise.all([run(one, 'pa'), run(two, 'pb')]);
    expect([await number(one, 'SELECT count(*) FROM pa'), await number(two, 'SELECT count(*) FROM pb')]).toEqual([1, 1]);
    await one.query('DROP TABLE pa, pb');
  });

  test.each<Level>(['serializable', 'snapshot'])('D20: LOCK makes check-then-insert run one after the other (%s)', async (level) => {
    const [one, two] = await sessions(level, ['CREATE TABLE ledger (seq INT)']);
    const load = async (client: pg.Client): Promise<void> => {
      await client.query('BEGIN');
      await client.query('LOCK ledger');
      if ((await number(client, 'SELECT count(*) FROM ledger WHERE seq = 1')) === 0) await client.query('INSERT INTO ledger VALUES (1)');
      await client.query('COMMIT');
    };
    await Promise.all([load(one), load(two)]);
    expect(await number(one, 'SELECT count(*) FROM ledger')).toBe(1);
    await one.query('DROP TABLE ledger');
  });

  test.each<Level>(['serializable', 'snapshot'])('D20: who waited for LOCK sees what its holder committed; a snapshot taken before does not (%s)', async (level) => {
    const [one, two, three] = await sessions(level, ['CREATE TABLE seen (n INT)']);
    await one.query('BEGIN');
    await one.query('LOCK seen');
    await one.query('INSERT INTO seen VALUES (1)');
    await two.query('BEGIN');
    await two.query('SELECT 1');
    const lock = two.query('LOCK seen');
    await three.query('BEGIN');
    await three.query('SELECT count(*) FROM svv_tables');
    expect(await waits(lock)).toBe(true);
    await one.query('COMMIT');
    await lock;
    expect(await number(two, 'SELECT count(*) FROM seen')).toBe(1);
    await two.query('COMMIT');
    expect(await number(three, 'SELECT count(*) FROM seen')).toBe(0);
    await three.query('COMMIT');
    await one.query('DROP TABLE seen');
  });

  test.each<Level>(['serializable', 'snapshot'])('D20: LOCK keeps readers out until the end of the transaction (%s)', async (level) => {
    const [one, two] = await sessions(level, ['CREATE TABLE held (n INT)']);
    await one.query('BEGIN');
    await one.query('LOCK held');
    const read = two.query('SELECT count(*) AS n FROM held');
    expect(await waits(read)).toBe(true);
    await one.query('COMMIT');
    expect((await read).rows).toEqual([{ n: '0' }]);
    await one.query('DROP TABLE held');
  });

  test.each<Level>(['serializable', 'snapshot'])('D20: a deadlock is 40P01 (%s)', async (level) => {
    const [one, two] = await sessions(level, ['CREATE TABLE da (n INT)', 'CREATE TABLE db (n INT)']);
    await one.query('BEGIN');
    await one.query('LOCK da');
    await two.query('BEGIN');
    await two.query('LOCK db');
    const outcomes = await Promise.allSettled([one.query('LOCK db'), two.query('LOCK da')]);
    expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'ok')).sort()).toEqual(['40P01', 'ok']);
    await one.query('ROLLBACK');
    await two.query('ROLLBACK');
    await one.query('DROP TABLE da, db');
  });
});

describe('D20: SERIALIZABLE', () => {
  test('D20: a cycle of reads and writes fails the one that closes it with 1023', async () => {
    const [one, two] = await sessions('serializable', ['CREATE TABLE ca (n INT)', 'CREATE TABLE cb (n INT)']);
    await one.query('BEGIN');
    await two.query('BEGIN');
    await one.query('SELECT count(*) FROM ca');
    await two.query('SELECT count(*) FROM cb');
    await one.query('INSERT INTO cb VALUES (1)');
    await one.query('COMMIT');
    const error = await failureOf(two, 'INSERT INTO ca VALUES (1)');
    expect(error).toMatchObject({ code: 'XX000', message: '1023' });
    expect(error.detail).toMatch(/^Serializable isolation violation on table - \d+, transactions forming the cycle are: \d+, \d+ \(pid:1\)$/);
    expect((await failureOf(two, 'SELECT 1')).code).toBe('25P02');
    await two.query('ROLLBACK');
    expect(await number(two, 'SELECT count(*) FROM cb')).toBe(1);
    await one.query('DROP TABLE ca, cb');
  });

  test('D20: read-then-insert on one table fails for the second', async () => {
    const [one, two] = await sessions('serializable', ['CREATE TABLE skew (n INT)']);
    await one.query('BEGIN');
    await two.query('BEGIN');
    await one.query('SELECT count(*) FROM skew');
    await two.query('SELECT count(*) FROM skew');
    await one.query('INSERT INTO skew VALUES (1)');
    const second = two.query('INSERT INTO skew VALUES (1)').then(() => 'ok', (error: Error) => error.message);
    expect(await waits(second)).toBe(true);
    await one.query('COMMIT');
    expect(await second).toBe('1023');
    await two.query('ROLLBACK');
    expect(await number(one, 'SELECT count(*) FROM skew')).toBe(1);
    await one.query('DROP TABLE skew');
  });

  test('D20: one writer per table, and two blind inserts both succeed', async () => {
    const [one, two] = await sessions('serializable', ['CREATE TABLE blind (n INT)']);
    await one.query('BEGIN');
    await one.query('INSERT INTO blind VALUES (1)');
    const insert = two.query('INSERT INTO blind VALUES (2)');
    expect(await waits(insert)).toBe(true);
    await one.query('COMMIT');
    await insert;
    expect(await number(one, 'SELECT count(*) FROM blind')).toBe(2);
    await one.query('DROP TABLE blind');
  });
});

describe('D20: SNAPSHOT', () => {
  test('D20: read-then-insert without LOCK doubles the row', async () => {
    const [one, two] = await sessions('snapshot', ['CREATE TABLE skew (n INT)']);
    for (const client of [one, two]) {
      await client.query('BEGIN');
      expect(await number(client, 'SELECT count(*) FROM skew')).toBe(0);
    }
    await one.query('INSERT INTO skew VALUES (1)');
    await two.query('INSERT INTO skew VALUES (1)');
    await one.query('COMMIT');
    await two.query('COMMIT');
    expect(await number(one, 'SELECT count(*) FROM skew')).toBe(2);
    await one.query('DROP TABLE skew');
  });

  test('D20: UPDATE and DELETE wait for an INSERT on the same table, and the reverse', async () => {
    const [one, two] = await sessions('snapshot', ['CREATE TABLE mixed (n INT)']);
    await one.query('BEGIN');
    await one.query('INSERT INTO mixed VALUES (1)');
    const remove = two.query('DELETE FROM mixed WHERE n = 99');
    expect(await waits(remove)).toBe(true);
    await one.query('COMMIT');
    await remove;
    await one.query('DROP TABLE mixed');
  });
});

describe('sessions', () => {
  test('D20: statement_timeout and cancel are 57014', async () => {
    const [one, two] = await sessions('serializable', ['CREATE TABLE slow (n INT)']);
    await one.query('BEGIN');
    await one.query('LOCK slow');
    await two.query('SET statement_timeout TO 100');
    expect((await failureOf(two, 'SELECT count(*) FROM slow')).code).toBe('57014');
    await two.query('SET statement_timeout TO 0');
    const pid = await number(two, 'SELECT pg_backend_pid()');
    const waiting = failureOf(two, 'SELECT count(*) FROM slow');
    await sleep(50);
    await one.query(`SELECT pg_cancel_backend(${pid})`);
    expect(await waiting).toMatchObject({ code: '57014', message: expect.stringMatching(/^Query \(\d+\) canceled on user's request$/) });
    await one.query('ROLLBACK');
    await one.query('DROP TABLE slow');
  });

  test('D20: a user ends an own session by its pid, also one that waits, and no other user\'s', async () => {
    const [admin] = await sessions('serializable', ['CREATE TABLE stuck (n INT)', 'GRANT ALL ON stuck TO loader']);
    const old = await world.connect();
    const fresh = await world.connect();
    const pid = await number(old, 'SELECT pg_backend_pid()');
    await old.query('BEGIN');
    await old.query('INSERT INTO stuck VALUES (1)');
    expect((await failureOf(await world.connect('reader'), 'SELECT pg_terminate_backend($1)', [pid])).code).toBe('42501');
    expect((await fresh.query('SELECT pg_terminate_backend($1) AS done', [pid])).rows).toEqual([{ done: 1 }]);
    await expect(old.query('COMMIT')).rejects.toThrow();
    await fresh.query('BEGIN');
    await fresh.query('LOCK stuck');
    expect(await number(fresh, 'SELECT count(*) FROM stuck')).toBe(0);
    await fresh.query('COMMIT');
    expect((await fresh.query('SELECT pg_terminate_backend($1) AS done', [pid])).rows).toEqual([{ done: 0 }]);
    await admin.query('DROP TABLE stuck');
  });

  test.each<Level>(['serializable', 'snapshot'])('D20: a table that took a name after the snapshot is 1018; one of the snapshot under another name is read (%s)', async (level) => {
    const [one, two] = await sessions(level, ['CREATE TABLE swapped (n INT)', 'CREATE TABLE aside (n INT)', 'INSERT INTO swapped VALUES (1)']);
    await one.query('BEGIN');
    await one.query('SELECT count(*) FROM aside');
    await two.query('BEGIN');
    await two.query('CREATE TABLE swapped_new (n INT)');
    await two.query('INSERT INTO swapped_new VALUES (2)');
    await two.query('ALTER TABLE swapped RENAME TO swapped_old');
    await two.query('ALTER TABLE swapped_new RENAME TO swapped');
    await two.query('COMMIT');
    expect(await number(one, 'SELECT count(*) FROM swapped_old')).toBe(1);
    for (const text of ['SELECT count(*) FROM swapped', 'INSERT INTO aside SELECT n FROM swapped', 'INSERT INTO swapped VALUES (3)']) {
      expect(await failureOf(one, text)).toMatchObject({ code: 'XX000', message: '1018', detail: 'Relation does not exist' });
      await one.query('ROLLBACK');
      expect(await number(one, 'SELECT n FROM swapped'), 'a new transaction sees it').toBe(2);
      await one.query('BEGIN');
      await one.query('SELECT count(*) FROM aside');
      await two.query('CREATE TABLE swapped_new (n INT)');
      await two.query('INSERT INTO swapped_new VALUES (2)');
      await two.query('DROP TABLE swapped_old');
      await two.query('ALTER TABLE swapped RENAME TO swapped_old');
      await two.query('ALTER TABLE swapped_new RENAME TO swapped');
    }
    await one.query('ROLLBACK');
    await one.query('BEGIN');
    await one.query('SELECT count(*) FROM aside');
    await one.query('CREATE TABLE own (n INT)');
    expect(await number(one, 'SELECT count(*) FROM own'), 'a table of its own').toBe(0);
    await one.query('COMMIT');
    await one.query('DROP TABLE own, aside, swapped, swapped_old');
  });

  test('COPY takes part in the transaction and in its locks', async () => {
    const [one, two] = await sessions('serializable', ['CREATE TABLE loaded (n BIGINT)']);
    await world.parquet('n.parquet', 'SELECT i::BIGINT AS n FROM range(10) r(i)');
    world.manifest('n.json', ['n.parquet']);
    await one.query('BEGIN');
    await one.query(copyText('loaded', 'n.json'));
    expect(await number(one, 'SELECT count(*) FROM loaded')).toBe(10);
    expect(await number(two, 'SELECT count(*) FROM loaded')).toBe(0);
    const second = two.query(copyText('loaded', 'n.json'));
    expect(await waits(second)).toBe(true);
    await one.query('ROLLBACK');
    await second;
    expect(await number(one, 'SELECT count(*) FROM loaded')).toBe(10);
  });
});
