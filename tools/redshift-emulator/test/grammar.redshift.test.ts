import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from './failures.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let client: pg.Client;

beforeAll(async () => {
  world = await startWorld();
  client = await world.connect();
  await client.query('CREATE SCHEMA sales');
  await client.query('CREATE TABLE sales.target (id BIGINT NOT NULL, name VARCHAR(20), s SUPER)');
  await client.query('CREATE TABLE sales.stage (id BIGINT, name VARCHAR(20))');
  await client.query('CREATE VIEW sales.seen AS SELECT id, name FROM sales.target');
  await client.query('CREATE VIEW sales.seen_again AS SELECT id, name FROM sales.seen');
});
beforeEach(async () => {
  await client.query('DELETE FROM sales.target');
  await client.query('DELETE FROM sales.stage');
});
afterAll(() => world.stop());

const rows = async (text: string, values?: unknown[]): Promise<unknown[]> => (await client.query({ text, values, rowMode: 'array' })).rows;
const merge = (set: string, on = 'target.id = stage.id', using = 'sales.stage', columns = 'id, name'): string =>
  `MERGE INTO sales.target USING ${using} ON ${on} WHEN MATCHED THEN UPDATE SET ${set} WHEN NOT MATCHED THEN INSERT (${columns}) VALUES (stage.id, stage.name)`;

describe('MERGE', () => {
  test('M1: CASE … WHEN … END is an expression, no branch', async () => {
    await client.query("INSERT INTO sales.target (id, name) VALUES (1, 'old')");
    await client.query("INSERT INTO sales.stage VALUES (1, NULL), (2, 'two')");
    await client.query(merge("name = CASE WHEN stage.name IS NULL THEN 'none' ELSE stage.name END", 'target.id = CASE WHEN stage.id > 0 THEN stage.id ELSE 0 END'));
    expect(await rows('SELECT id, name FROM sales.target ORDER BY id')).toEqual([['1', 'none'], ['2', 'two']]);
  });

  test('M4: schema and database before a column are no path into SUPER, in whatever case', async () => {
    for (const on of ['"SALES"."Target"."ID" = "Sales"."Stage".id', `${world.database}.sales.target.id = stage.id`]) await client.query(merge('name = stage.name', on));
    expect((await failureOf(client, merge('name = sales.target.s.a'))).message).toBe('Partial reference of SUPER column is not supported in MERGE statement.');
  });

  test('M3: nor through a view, nor under another name', async () => {
    for (const using of ['sales.seen stage', '(SELECT id, name FROM sales.seen_again) stage', `${world.database}.sales.target stage`]) {
      for (const values of [undefined, []]) {
        const error = await client.query(merge('name = stage.name', undefined, using), values).then(() => 'done', (failure: Error) => failure.message);
        expect(error).toBe('Source view/subquery in Merge statement cannot reference target table.');
      }
    }
    await client.query('CREATE TEMP TABLE target (id BIGINT, name VARCHAR(20))');
    await client.query(merge('name = stage.name', 'sales.target.id = stage.id', 'target stage'));
    await client.query('DROP TABLE target');
  });

  test('REMOVE DUPLICATES replaces what matches, once, and leaves other duplicates alone', async () => {
    await client.query("INSERT INTO sales.target (id, name) VALUES (1, 'old'), (1, 'again'), (5, 'x'), (5, 'x')");
    await client.query('CREATE TEMP TABLE fresh (id BIGINT, name VARCHAR(20), s SUPER)');
    await client.query("INSERT INTO fresh (id, name) VALUES (1, 'new'), (2, 'two')");
    await client.query('MERGE INTO sales.target USING fresh ON target.id = fresh.id REMOVE DUPLICATES');
    expect(await rows('SELECT id, name FROM sales.target ORDER BY id')).toEqual([['1', 'new'], ['2', 'two'], ['5', 'x'], ['5', 'x']]);
    for (const odd of ['WHEN MATCHED THEN DELETE REMOVE DUPLICATES', 'REMOVE', 'REMOVE DUPLICATES NOW']) {
      expect((await failureOf(client, `MERGE INTO sales.target USING fresh ON target.id = fresh.id ${odd}`)).code).toBe('42601');
    }
    expect((await failureOf(client, 'MERGE INTO sales.target USING sales.target t ON target.id = t.id REMOVE DUPLICATES')).message).toContain('cannot reference target table');
    await client.query('DROP TABLE fresh');
  });

  test('D4: reserved words in SET and column lists', async () => {
    expect((await failureOf(client, merge('timestamp = 1'))).code).toBe('42601');
    expect((await failureOf(client, merge('name = stage.name', undefined, undefined, 'id, timestamp'))).code).toBe('42601');
    expect((await failureOf(client, 'UPDATE sales.target SET id = 1, timestamp = 2')).code).toBe('42601');
    expect((await failureOf(client, 'UPDATE sales.target SET target.id = 1')).code).toBe('42601');
    expect((await failureOf(client, 'CREATE SCHEMA partition')).code).toBe('42601');
  });
});

describe('D4: reserved words in queries', () => {
  test.each(['timestamp', 'partition', 'interval', 'between', 'ignore', 'nulls', 'backup', 'delta', 'explicit', 'identity', 'language', 'start', 'system', 'top', 'tag', 'percent', 'new', 'old'])('%s must be quoted', async (word) => {
    for (const text of [`SELECT ${word} FROM sales.stage`, `SELECT id FROM sales.stage WHERE ${word} = 1`, `SELECT id FROM sales.stage ORDER BY ${word}`, `SELECT id, ${word} FROM sales.stage`]) {
      expect(await failureOf(client, text)).toMatchObject({ code: '42601' });
    }
    await client.query(`SELECT "${word}" FROM (SELECT id AS "${word}" FROM sales.stage) x`);
    await client.query(`SELECT x.${word} FROM (SELECT id AS "${word}" FROM sales.stage) x`);
  });

  test('where they have a place they stand unquoted', async () => {
    await client.query("INSERT INTO sales.stage VALUES (1, 'a'), (2, 'b')");
    expect(await rows(`SELECT id, ROW_NUMBER() OVER (PARTITION BY name ORDER BY id DESC NULLS LAST) FROM sales.stage WHERE id BETWEEN 1 AND (1 + 1) AND NOT id BETWEEN -5 AND 0
      AND CAST('2024-01-01' AS TIMESTAMP) < TIMESTAMP '2024-01-02' AND '2024-01-01'::TIMESTAMP WITHOUT TIME ZONE < DATE '2024-01-01' + INTERVAL '1 day' ORDER BY id`)).toEqual([['1', '1'], ['2', '1']]);
  });
});

describe('statements', () => {
  test.each([
    ['VALUES in a set operation', 'INSERT INTO sales.stage (id) SELECT 1 UNION ALL VALUES (2)'], ['TABLE in a set operation', 'SELECT id, name FROM sales.stage UNION TABLE sales.stage'],
    ['a CTE that changes rows', 'WITH x AS MATERIALIZED (DELETE FROM sales.stage) SELECT 1'], ['NOT MATERIALIZED', 'WITH x AS NOT MATERIALIZED (SELECT 1) SELECT 1 FROM x'],
    ['DISTINCT ON in a view', 'CREATE VIEW sales.odd AS SELECT DISTINCT ON (id) id FROM sales.stage'], ['VALUES as a view', 'CREATE VIEW sales.odd AS VALUES (1)'],
    ['DISTINCT ON in a cursor', 'DECLARE c CURSOR FOR SELECT DISTINCT ON (id) id FROM sales.stage'], ['ARRAY of a query', 'SELECT ARRAY(SELECT id FROM sales.stage)'], ['ROWS FROM', 'SELECT 1 FROM ROWS FROM (getdate()) x'],
    ['EXPLAIN ANALYZE', 'EXPLAIN ANALYZE DELETE FROM sales.stage'], ['EXPLAIN (ANALYZE)', 'EXPLAIN (ANALYZE) DELETE FROM sales.stage'], ['PREPARE', 'PREPARE p AS DELETE FROM sales.stage RETURNING id'],
    ['a lone parenthesis', '('], ['DELETE in parentheses', '(DELETE FROM sales.stage)'],
  ])('M7: %s', async (_name, text) => {
    for (const values of [undefined, []]) expect((await failureOf(client, text, values)).code).toMatch(/^(42601|0A000)$/);
  });

  test('M6: OVERRIDING SYSTEM VALUE does not exist', async () => {
    await client.query('CREATE TABLE sales.numbered (sk BIGINT IDENTITY(1, 1), name VARCHAR(10))');
    expect((await failureOf(client, "INSERT INTO sales.numbered (sk, name) OVERRIDING SYSTEM VALUE VALUES (5, 'x')")).code).toBe('42601');
  });

  test('M12: CHAR takes no multibyte characters, in copies of the table neither', async () => {
    await client.query('CREATE TEMP TABLE coded (c CHAR(3), n INT)');
    await client.query('CREATE TEMP TABLE coded_too (LIKE coded)');
    await client.query('ALTER TABLE coded_too ADD COLUMN d CHAR(3)');
    for (const text of ["INSERT INTO coded VALUES ('é', 1)", "INSERT INTO coded_too (c) VALUES ('é')", "INSERT INTO coded_too (d) VALUES ('é')"]) {
      expect(await failureOf(client, text)).toMatchObject({ code: 'XX000', message: expect.stringMatching(/^Multibyte character not supported for CHAR/) });
    }
    await client.query("INSERT INTO coded VALUES ('a', 1), ('', 2), (NULL, 3), ('abc  ', 4)");
  });

  test('M17: results of string functions compare without trailing blanks', async () => {
    await client.query("INSERT INTO sales.stage VALUES (1, 'a'), (2, 'a  '), (3, 'b')");
    for (const condition of ["UPPER(name) = 'A '", "TRIM(name) = 'a '", "SUBSTRING(name, 1, 2) = 'a'", "name || '' = 'a    '", "LEFT(name, 2) = REPLACE('a ', 'x', 'y')"]) {
      expect(await rows(`SELECT count(*) FROM sales.stage WHERE ${condition}`)).toEqual([['2']]);
    }
    expect(await rows('SELECT count(*) FROM (SELECT DISTINCT UPPER(name) FROM sales.stage) x')).toEqual([['2']]);
    expect(await rows("SELECT MIN(name) = 'a   ', MAX(name) = 'b ' FROM sales.stage")).toEqual([[true, true]]);
  });
});

describe('types and names', () => {
  test.each(['char(3)[]', 'double precision[]', 'timestamp[]', 'bpchar[]', 'character varying(4)[]', 'varbyte(3)[]', 'int ARRAY'])('D3: %s is no type', async (type) => {
    for (const text of [`SELECT NULL::${type}`, `SELECT CAST(NULL AS ${type})`, `CREATE TEMP TABLE odd (a ${type})`]) expect((await failureOf(client, text)).code).toMatch(/^(42704|0A000|42601)$/);
  });

  test.each(["jsonb '{}'", "uuid '00000000-0000-0000-0000-000000000000'", "pg_catalog.json '{}'", "\"inet\" '1.1.1.1'", "string_to_array('a', ',')"])('D3: neither is one made by %s', async (value) => {
    expect((await failureOf(client, `SELECT ${value}`)).code).toMatch(/^(42704|42883)$/);
  });

  test('D3: "char" and names that objects inherit', async () => {
    for (const type of ['"char"', 'constructor']) expect((await failureOf(client, `CREATE TEMP TABLE odd (a ${type})`)).code).toBe('42704');
  });

  test('D1: VARBYTE up to its limit', async () => {
    await client.query('CREATE TABLE sales.bytes (a VARBYTE(16777216), b VARBYTE(5))');
    expect(await rows("SELECT data_type FROM svv_redshift_columns WHERE table_name = 'bytes' ORDER BY column_name")).toEqual([['binary varying(16777216)'], ['binary varying(5)']]);
    expect((await failureOf(client, "INSERT INTO sales.bytes (b) VALUES (TO_VARBYTE('abcdef', 'utf8'))")).code).toBe('22001');
  });

  test('D7: DEFAULT with commas and parentheses', async () => {
    await client.query("ALTER TABLE sales.stage ADD COLUMN a DECIMAL(10,2) DEFAULT CAST('1.5' AS DECIMAL(5,2)) NOT NULL");
    await client.query('ALTER TABLE sales.stage ADD b INT DEFAULT NVL(1, 2)');
    expect((await failureOf(client, 'ALTER TABLE sales.stage ADD c INT DEFAULT 1, ADD d INT')).code).toBe('42601');
    expect((await failureOf(client, 'ALTER TABLE sales.stage ADD IF NOT EXISTS c INT')).code).toBe('42601');
  });

  test('D10: several statements in one message are a transaction', async () => {
    expect((await failureOf(client, 'INSERT INTO sales.stage (id) VALUES (1); VACUUM sales.stage')).code).toBe('25001');
    expect(await rows('SELECT count(*) FROM sales.stage')).toEqual([['0']]);
  });

  test('D15: functions and users are no way around', async () => {
    for (const text of ["SELECT current_setting('lock_timeout')", "SELECT pg_catalog.current_setting('lock_timeout')", "SELECT pg_catalog.set_config('lock_timeout', '5', false)", 'ALTER USER loader SET lock_timeout = 5']) {
      expect((await failureOf(client, text)).code).toMatch(/^(42704|42883|0A000)$/);
    }
    expect(await rows("SELECT count(*) FROM pg_settings WHERE name = 'lock_timeout'")).toEqual([['0']]);
    await client.query('SET query_group TO mine');
    await client.query('RESET ALL');
    expect(await rows('SHOW query_group')).toEqual([['default']]);
  });

  test('D21: octal escapes are bytes, and a literal goes on after a line break', async () => {
    expect(await rows("SELECT '\\303\\244', 'a'\n  'b'")).toEqual([['ä', 'ab']]);
    for (const text of ["SELECT '\\000'", "SELECT '\\377'"]) expect((await failureOf(client, text)).code).toBe('22021');
    expect((await failureOf(client, "SELECT 'a' 'b'")).code).toBe('42601');
  });

  test('D24: the version under its other names', async () => {
    for (const call of ['pg_catalog.version()', '"version"()', 'Version ( )']) expect(await rows(`SELECT ${call}`)).toEqual([[expect.stringMatching(/^PostgreSQL 8\.0\.2 .* Redshift 1\.0\.\d+$/)]]);
    expect(await rows("SELECT current_setting('server_version')")).toEqual([['8.0.2']]);
    expect(await rows("SELECT setting FROM pg_settings WHERE name = 'server_version'")).toEqual([['8.0.2']]);
  });
});
