import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from './failures.ts';
import { ROLE, copyText, startWorld, type World } from './world.ts';

let world: World;
let client: pg.Client;

beforeAll(async () => {
  world = await startWorld();
  client = await world.connect();
  await client.query('CREATE SCHEMA sales');
  await client.query('CREATE TABLE sales.orders (id BIGINT NOT NULL, note VARCHAR(20))');
  await world.parquet('one.parquet', "SELECT 1::BIGINT AS id, 'a' AS note");
  world.manifest('one.json', ['one.parquet']);
});
afterAll(() => world.stop());

const authorization = `IAM_ROLE '${ROLE}'`;
const copy = (rest: string): string => `COPY sales.orders FROM 's3://bucket/one.json' ${rest}`;

describe('arguments', () => {
  test.each([
    ['C1', 'REGION', "REGION 'us-east-1'"], ['C1', 'TRUNCATECOLUMNS', 'TRUNCATECOLUMNS'], ['C1', 'COMPUPDATE', 'COMPUPDATE OFF'], ['C1', 'NOLOAD', 'NOLOAD'],
    ['C2', 'MAXERROR', 'MAXERROR 5'], ['C2', 'ACCEPTANYDATE', 'ACCEPTANYDATE'], ['C2', 'IGNOREALLERRORS', 'IGNOREALLERRORS'], ['C2', 'DELIMITER', "DELIMITER '|'"], ['C2', 'GZIP', 'GZIP'],
    ['C2', 'EMPTYASNULL', 'EMPTYASNULL'], ['C2', 'NULL', "NULL AS 'x'"],
  ])('%s: %s is refused with PARQUET', async (_row, name, text) => {
    expect(await failureOf(client, copy(`${authorization} FORMAT AS PARQUET MANIFEST ${text}`))).toMatchObject({
      code: '0A000', message: `${name} argument is not supported for PARQUET based COPY`,
    });
  });

  test('C2: MAXERROR 0 is tolerated', async () => {
    await expect(client.query(copy(`${authorization} PARQUET MANIFEST MAXERROR 0`))).resolves.toMatchObject({ command: 'COPY' });
  });

  test('C13: an identity column in the list needs EXPLICIT_IDS, and EXPLICIT_IDS needs it in the list', async () => {
    await client.query('CREATE TABLE sales.numbered (sk BIGINT IDENTITY(1,1), note VARCHAR(10))');
    await world.parquet('two.parquet', "SELECT 7::BIGINT AS sk, 'a' AS note");
    world.manifest('two.json', ['two.parquet']);
    expect((await failureOf(client, copyText('sales.numbered (sk, note)', 'two.json'))).code).toBe('42601');
    expect((await failureOf(client, copyText('sales.numbered (note)', 'two.json', ' EXPLICIT_IDS'))).code).toBe('42601');
    expect((await failureOf(client, copyText('sales.numbered', 'two.json'))).detail).toContain('Table columns: 1, Data columns: 2');
    await client.query(copyText('sales.numbered (sk, note)', 'two.json', ' EXPLICIT_IDS'));
    expect((await client.query('SELECT sk, note FROM sales.numbered')).rows).toEqual([{ sk: '7', note: 'a' }]);
  });

  test('C14: a missing table, a missing right and a view', async () => {
    expect((await failureOf(client, copyText('sales.nothing', 'one.json'))).code).toBe('42P01');
    await client.query('GRANT USAGE ON SCHEMA sales TO reader');
    await client.query('GRANT SELECT ON sales.orders TO reader');
    const reader = await world.connect('reader');
    expect(await failureOf(reader, copyText('sales.orders', 'one.json'))).toMatchObject({ code: '42501', message: 'permission denied for relation orders' });
    await client.query('CREATE VIEW sales.shown AS SELECT id, note FROM sales.orders');
    expect((await failureOf(client, copyText('sales.shown', 'one.json'))).code).toBe('0A000');
  });

  test('C15: FROM and exactly one well-formed authorization', async () => {
    expect((await failureOf(client, `COPY sales.orders ${authorization} FORMAT PARQUET`)).code).toBe('42601');
    expect((await failureOf(client, copy('FORMAT PARQUET MANIFEST'))).code).toBe('42601');
    expect((await failureOf(client, copy(`${authorization} ACCESS_KEY_ID 'a' SECRET_ACCESS_KEY 'b' FORMAT PARQUET MANIFEST`))).code).toBe('42601');
    expect((await failureOf(client, copy("SESSION_TOKEN 'x' FORMAT PARQUET MANIFEST"))).message).toMatch(/^Invalid credentials/);
    expect((await failureOf(client, copy("CREDENTIALS 'aws_access_key_id=a; aws_secret_access_key=b' FORMAT PARQUET MANIFEST"))).message).toMatch(/^Invalid credentials/);
    const denied = await failureOf(client, copy("IAM_ROLE 'arn:aws:iam::123456789012:role/unknown' FORMAT PARQUET MANIFEST"));
    expect(denied.message).toMatch(/^S3ServiceException:Access Denied,Status 403/);
  });

  test('C15: every family of authorization loads', async () => {
    for (const text of ['IAM_ROLE default', "ACCESS_KEY_ID 'OTHERKEY' SECRET_ACCESS_KEY 's' SESSION_TOKEN 't'", "CREDENTIALS 'aws_access_key_id=OTHERKEY;aws_secret_access_key=s'", `CREDENTIALS 'aws_iam_role=${ROLE}'`]) {
      await client.query(copy(`${text} FORMAT PARQUET MANIFEST`));
    }
    expect(world.s3.authorizations.at(-3)).toContain('Credential=OTHERKEY/');
    const wrong = await failureOf(client, copy("ACCESS_KEY_ID 'NOBODY' SECRET_ACCESS_KEY 's' FORMAT PARQUET MANIFEST"));
    expect(wrong).toMatchObject({ code: 'XX000', message: expect.stringContaining('Access Denied') });
  });

  test('C15: keys do not stand in the recorded statements', async () => {
    await client.query(copy("ACCESS_KEY_ID 'OTHERKEY' SECRET_ACCESS_KEY 'very-secret' FORMAT PARQUET MANIFEST"));
    const recorded = JSON.stringify(world.emulator.statements());
    expect(recorded).toContain("SECRET_ACCESS_KEY '***'");
    expect(recorded).not.toContain('very-secret');
    expect((await client.query('SELECT query_text FROM sys_query_history ORDER BY query_id DESC LIMIT 1')).rows[0]).toMatchObject({ query_text: expect.stringContaining("'***'") });
  });

  test('C19: a bind parameter in COPY is a syntax error', async () => {
    expect((await failureOf(client, `COPY sales.orders FROM $1 ${authorization} FORMAT PARQUET`, ['s3://bucket/one.json'])).code).toBe('42601');
  });
});

describe('after a load', () => {
  test('C20: tag without count, a notice, the counters of the session, and nothing of it after a rollback', async () => {
    const own = await world.connect();
    const notices: string[] = [];
    own.on('notice', (notice) => notices.push(notice.message ?? ''));
    expect((await own.query('SELECT pg_last_copy_count() AS n, pg_last_copy_id() AS id')).rows).toEqual([{ n: '0', id: -1 }]);
    await own.query('CREATE TABLE sales.counted (id BIGINT, note VARCHAR(20))');
    await own.query('BEGIN');
    const result = await own.query(copyText('sales.counted', 'one.json'));
    expect([result.command, result.rowCount]).toEqual(['COPY', null]);
    expect(notices).toEqual(["Load into table 'counted' completed, 1 record(s) loaded successfully."]);
    const counters = await own.query('SELECT pg_last_copy_count() AS n, pg_last_copy_id() AS id');
    expect(counters.rows[0]).toMatchObject({ n: '1' });
    expect(counters.rows[0].id).toBeGreaterThan(0);
    await own.query('ROLLBACK');
    // Files that were read are listed, committed or not.
    expect((await own.query('SELECT file_name, lines_scanned FROM sys_load_detail WHERE query_id = $1', [counters.rows[0].id])).rows).toEqual([{ file_name: 's3://bucket/one.parquet', lines_scanned: '1' }]);
    expect((await own.query('SELECT status, trim(filename) AS f FROM stl_load_commits WHERE query = $1', [counters.rows[0].id])).rows).toEqual([{ status: 1, f: 's3://bucket/one.parquet' }]);
    expect((await own.query('SELECT count(*) AS n FROM sales.counted')).rows).toEqual([{ n: '0' }]);
  });

  test('C20: one bad file of two takes back everything, and the count is 0', async () => {
    await client.query('CREATE TABLE sales.whole (id BIGINT, note VARCHAR(20))');
    await world.parquet('bad.parquet', "SELECT 1::INTEGER AS id, 'a' AS note");
    world.manifest('mixed.json', ['one.parquet', 'bad.parquet']);
    expect((await failureOf(client, copyText('sales.whole', 'mixed.json'))).code).toBe('XX000');
    expect((await client.query('SELECT count(*) AS n FROM sales.whole')).rows).toEqual([{ n: '0' }]);
    const counters = (await client.query('SELECT pg_last_copy_count() AS n, pg_last_copy_id() AS id')).rows[0];
    expect(counters.n).toBe('0');
    const errors = await client.query('SELECT error_message, file_name, column_name FROM sys_load_error_detail WHERE query_id = $1', [counters.id]);
    expect(errors.rows[0].error_message).toContain('has an incompatible Parquet schema');
    expect(errors.rows[0].file_name).toMatch(/^s3:\/\/bucket\/bad\.parquet {10}/);
    expect((await client.query('SELECT message FROM svl_s3log WHERE query = pg_last_query_id()')).rows[0].message).toContain('Column type: BIGINT');
    expect((await client.query('SELECT status FROM sys_load_history WHERE query_id = $1', [counters.id])).rows).toEqual([{ status: 'aborted' }]);
  });
});
