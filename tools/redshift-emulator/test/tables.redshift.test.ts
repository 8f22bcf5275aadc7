import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from './failures.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let client: pg.Client;
let tables = 0;

beforeAll(async () => {
  world = await startWorld();
  client = await world.connect();
  await client.query('CREATE SCHEMA sales');
});
afterAll(() => world.stop());

const rows = async (text: string, values?: unknown[], on = client): Promise<unknown[]> => (await on.query({ text, values, rowMode: 'array' })).rows;
const fresh = (): string => `sales.t${(tables += 1)}`;
const types = async (name: string): Promise<unknown> => Object.fromEntries((await rows('SELECT column_name, data_type FROM svv_redshift_columns WHERE schema_name = $1 AND table_name = $2', name.split('.'))) as [string, string][]);

describe('types', () => {
  test('D1: types without a length get Redshift\'s', async () => {
    const name = fresh();
    await client.query(`CREATE TABLE ${name} (a TEXT, b VARCHAR, c CHAR, d DECIMAL, e FLOAT, f NVARCHAR(5), g VARCHAR(MAX), h NUMERIC(7), i BPCHAR, j SUPER, k VARBYTE, l CHARACTER VARYING(9), m TIMESTAMP WITHOUT TIME ZONE, n TIMESTAMPTZ, o INT2, p DOUBLE PRECISION)`);
    expect(await types(name)).toEqual({
      a: 'character varying(256)', b: 'character varying(256)', c: 'character(1)', d: 'numeric(18,0)', e: 'double precision', f: 'character varying(5)', g: 'character varying(65535)', h: 'numeric(7,0)',
      i: 'character(256)', j: 'super', k: 'binary varying(64000)', l: 'character varying(9)', m: 'timestamp without time zone', n: 'timestamp with time zone', o: 'smallint', p: 'double precision',
    });
    expect(await rows("SELECT data_type, character_maximum_length, numeric_precision, numeric_scale FROM svv_columns WHERE table_name = $1 AND column_name IN ('a', 'd') ORDER BY 1", [name.split('.')[1]])).toEqual([['character varying', 256, null, null], ['numeric', null, 18, 0]]);
    expect(await rows('SELECT count(*) FROM information_schema.columns WHERE table_name = $1', [name.split('.')[1]])).toEqual([['16']]);
  });

  test.each(['VARCHAR(65536)', 'VARCHAR(0)', 'CHAR(4097)', 'DECIMAL(39,0)', 'DECIMAL(38,38)', 'DECIMAL(5,6)', 'VARBYTE(16777217)'])('D2: %s is out of range', async (type) => {
    expect((await failureOf(client, `CREATE TABLE ${fresh()} (a ${type})`)).code).toBe('22023');
  });

  test.each(['JSON', 'JSONB', 'UUID', 'BYTEA', 'SERIAL', 'BIGSERIAL', 'BIT(1)', 'MONEY', 'INET', 'XML', 'TINYINT', 'DATETIME', 'INTEGER[]', 'OID', 'rs_varchar'])('D3: %s is no type', async (type) => {
    expect((await failureOf(client, `CREATE TABLE ${fresh()} (a ${type})`)).code).toMatch(/^(42704|0A000)$/);
  });

  test('D3: casts to them fail too', async () => {
    expect(await failureOf(client, "SELECT '{}'::jsonb")).toMatchObject({ code: '42704', message: 'type "jsonb" does not exist' });
    expect((await failureOf(client, "SELECT CAST('a' AS uuid)")).code).toBe('42704');
  });
});

describe('names', () => {
  test.each(['tag', 'user', 'timestamp', 'percent', 'partition', 'new', 'open', 'raw', 'table', 'language', 'snapshot'])('D4: %s must be quoted', async (word) => {
    const name = fresh();
    expect(await failureOf(client, `CREATE TABLE ${name} (${word} INT)`)).toMatchObject({ code: '42601', message: `syntax error at or near "${word}"` });
    await client.query(`CREATE TABLE ${name} ("${word}" INT)`);
    expect((await failureOf(client, `INSERT INTO ${name} (${word}) VALUES (1)`)).code).toBe('42601');
    await client.query(`INSERT INTO ${name} ("${word}") VALUES (1)`);
    expect(await rows(`SELECT "${word}" FROM ${name}`)).toEqual([[1]]);
  });

  test('D4: system columns are no column names', async () => {
    expect((await failureOf(client, `CREATE TABLE ${fresh()} ("ctid" INT)`)).code).toBe('42701');
  });

  test('D5: two columns that are one after folding', async () => {
    expect(await failureOf(client, `CREATE TABLE ${fresh()} ("Id" INT, "id" INT)`)).toMatchObject({ code: '42701', message: 'column "id" specified more than once' });
    const long = 'x'.repeat(127);
    expect((await failureOf(client, `CREATE TABLE ${fresh()} ("${long}a" INT, "${long}b" INT)`)).code).toBe('42701');
  });

  test('D13: quoted names are folded unless the session asks for their case', async () => {
    const name = fresh();
    await client.query(`CREATE TABLE ${name} ("MixedCase" INT)`);
    expect(await types(name)).toEqual({ mixedcase: 'integer' });
    expect((await client.query(`SELECT "MIXEDCASE" AS "Shown" FROM ${name}`)).fields.map((field) => field.name)).toEqual(['shown']);
    const own = await world.connect();
    await own.query('SET enable_case_sensitive_identifier TO true');
    await own.query(`CREATE TABLE ${name}c ("MixedCase" INT)`);
    expect(await types(`${name}c`)).toEqual({ MixedCase: 'integer' });
    expect((await failureOf(own, `SELECT "mixedcase" FROM ${name}c`)).code).toBe('42703');
  });

  test('D13: names of 64 to 127 bytes are whole names', async () => {
    const base = 'ä'.repeat(40);
    const name = `sales."long_${base}"`;
    await client.query(`CREATE TABLE ${name} ("${base}_one" INT, "${base}_two" INT)`);
    await client.query(`INSERT INTO ${name} ("${base}_one", "${base}_two") VALUES (1, 2)`);
    expect((await client.query(`SELECT * FROM ${name}`)).rows).toEqual([{ [`${base}_one`]: 1, [`${base}_two`]: 2 }]);
    expect(await rows('SELECT c.relkind, c.reldiststyle FROM pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2', ['sales', `long_${base}`])).toEqual([['r', 9]]);
    expect(await rows('SELECT column_name FROM svv_redshift_columns WHERE table_name = $1 ORDER BY 1', [`long_${base}`])).toEqual([[`${base}_one`], [`${base}_two`]]);
  });
});

describe('tables', () => {
  test('D6: keys and their limits', async () => {
    for (const clause of ['(a INT DISTKEY, b INT DISTKEY)', '(a INT) DISTSTYLE EVEN DISTKEY(a)', '(a INT) DISTSTYLE KEY', '(a SUPER) SORTKEY(a)', '(a VARBYTE) DISTKEY(a)', '(a INT) DISTKEY(b)', `(a INT) INTERLEAVED SORTKEY(${Array(9).fill('a').join(', ')})`, `(${Array.from({ length: 1601 }, (_unused, index) => `c${index} INT`).join(', ')})`]) {
      expect((await failureOf(client, `CREATE TABLE ${fresh()} ${clause}`)).code).toMatch(/^(42601|0A000|54011|42703)$/);
    }
    const name = fresh();
    await client.query(`CREATE TABLE ${name} (id BIGINT NOT NULL ENCODE az64, b VARCHAR(10) DEFAULT 'x' ENCODE zstd, PRIMARY KEY (id)) BACKUP NO DISTSTYLE KEY DISTKEY (id) COMPOUND SORTKEY (b, id)`);
    await client.query('SET search_path TO sales, public');
    expect(await rows('SELECT "column", type, encoding, distkey, sortkey, "notnull" FROM pg_table_def WHERE tablename = $1 ORDER BY 1', [name.split('.')[1]])).toEqual([
      ['b', 'character varying(10)', 'zstd', false, 1, false], ['id', 'bigint', 'az64', true, 2, true],
    ]);
    await client.query('RESET search_path');
  });

  test('D7: ADD COLUMN, one at a time and plain', async () => {
    const name = fresh();
    await client.query(`CREATE TABLE ${name} (a INT)`);
    for (const action of ['ADD COLUMN b INT, ADD COLUMN c INT', 'ADD COLUMN b INT IDENTITY(1,1)', 'ADD COLUMN b INT PRIMARY KEY', 'ADD COLUMN b INT DISTKEY', 'ADD COLUMN b INT UNIQUE', 'ADD COLUMN b INT NOT NULL', 'ADD COLUMN b INT DEFAULT NULL NOT NULL']) {
      expect((await failureOf(client, `ALTER TABLE ${name} ${action}`)).code).toMatch(/^(42601|0A000)$/);
    }
    await client.query(`INSERT INTO ${name} VALUES (1)`);
    await client.query(`ALTER TABLE ${name} ADD COLUMN b VARCHAR(5) DEFAULT 'x' ENCODE zstd NOT NULL`);
    await client.query(`ALTER TABLE ${name} ADD c INT`);
    expect(await rows(`SELECT * FROM ${name}`)).toEqual([[1, 'x', null]]);
  });

  test('D8: ALTER COLUMN TYPE, for VARCHAR alone and outside transactions', async () => {
    const name = fresh();
    await client.query(`CREATE TABLE ${name} (id INT PRIMARY KEY, a VARCHAR(10), b VARCHAR(10) DEFAULT 'x', c VARCHAR(10) ENCODE bytedict, d VARCHAR(10) UNIQUE)`);
    await client.query(`INSERT INTO ${name} VALUES (1, 'äöü')`);
    const alter = (column: string, type: string): string => `ALTER TABLE ${name} ALTER COLUMN ${column} TYPE ${type}`;
    expect((await failureOf(client, alter('id', 'BIGINT'))).code).toBe('0A000');
    expect((await failureOf(client, alter('id', 'VARCHAR(5)'))).code).toBe('0A000');
    for (const column of ['b', 'c', 'd']) expect((await failureOf(client, alter(column, 'VARCHAR(20)'))).code).toBe('0A000');
    expect((await failureOf(client, alter('a', 'VARCHAR(5)'))).code).toBe('22001');
    await client.query('BEGIN');
    expect(await failureOf(client, alter('a', 'VARCHAR(20)'))).toMatchObject({ code: '25001', message: 'ALTER TABLE ALTER COLUMN cannot run inside a transaction block' });
    await client.query('ROLLBACK');
    await client.query(alter('a', 'VARCHAR(20)'));
    expect(await types(name)).toMatchObject({ a: 'character varying(20)' });
  });

  test('D9: what ALTER TABLE does not know', async () => {
    const name = fresh();
    await client.query(`CREATE TABLE ${name} (a VARCHAR(10))`);
    for (const action of ['ALTER COLUMN a SET NOT NULL', 'ALTER COLUMN a DROP NOT NULL', 'ALTER COLUMN a SET DEFAULT 1', 'ALTER COLUMN a DROP DEFAULT', 'ADD COLUMN IF NOT EXISTS b INT', 'ALTER COLUMN a TYPE VARCHAR(20) USING a', 'SET SCHEMA public']) {
      expect((await failureOf(client, `ALTER TABLE ${name} ${action}`)).code).toBe('42601');
    }
  });

  test('D9: ADD CONSTRAINT lists a key that nothing enforces', async () => {
    const name = fresh();
    const short = name.split('.')[1]!;
    await client.query(`CREATE TABLE ${name} (id INT NOT NULL, code VARCHAR(5), parent INT)`);
    expect((await failureOf(client, `ALTER TABLE ${name} ADD PRIMARY KEY (code)`)).code).toBe('0A000');
    expect((await failureOf(client, `ALTER TABLE ${name} ADD UNIQUE (nope)`)).code).toBe('42703');
    await client.query(`ALTER TABLE ${name} ADD CONSTRAINT pk PRIMARY KEY (id)`);
    await client.query(`ALTER TABLE ${name} ADD UNIQUE (code, parent)`);
    await client.query(`ALTER TABLE ${name} ADD FOREIGN KEY (parent) REFERENCES ${name} (id)`);
    expect((await failureOf(client, `ALTER TABLE ${name} ADD PRIMARY KEY (id)`)).code).toBe('42P16');
    await client.query(`INSERT INTO ${name} VALUES (1, 'a', 9), (1, 'a', 9)`);
    await client.query(`ALTER TABLE ${name} RENAME COLUMN code TO label`);
    expect(await rows(`SELECT constraint_type, column_name, k.ordinal_position FROM information_schema.table_constraints t JOIN information_schema.key_column_usage k ON t.constraint_name = k.constraint_name AND t.table_name = k.table_name
      WHERE t.table_schema = 'sales' AND t.table_name = '${short}' ORDER BY 1, 3`)).toEqual([['FOREIGN KEY', 'parent', 1], ['PRIMARY KEY', 'id', 1], ['UNIQUE', 'label', 1], ['UNIQUE', 'parent', 2]]);
    expect((await failureOf(client, `ALTER TABLE ${name} ALTER COLUMN label TYPE VARCHAR(9)`)).code).toBe('0A000');
  });

  test('D10: ALTER TABLE APPEND moves rows between tables that agree', async () => {
    const [target, source] = [fresh(), fresh()];
    await client.query(`CREATE TABLE ${target} (id INT, name VARCHAR(5), extra INT)`);
    await client.query(`CREATE TABLE ${source} (name VARCHAR(5), id INT)`);
    await client.query(`INSERT INTO ${source} VALUES ('a', 1), ('b', 2)`);
    expect((await failureOf(client, `ALTER TABLE ${target} APPEND FROM ${source}`)).code).toBe('0A000');
    expect((await failureOf(client, `ALTER TABLE ${target} APPEND FROM ${source} IGNOREEXTRA`)).code).toBe('0A000');
    expect((await failureOf(client, `ALTER TABLE ${target} APPEND FROM ${source} FILLTARGET IGNOREEXTRA`)).code).toBe('42601');
    await client.query(`ALTER TABLE ${target} APPEND FROM ${source} FILLTARGET`);
    expect(await rows(`SELECT id, name, extra FROM ${target} ORDER BY id`)).toEqual([[1, 'a', null], [2, 'b', null]]);
    expect(await rows(`SELECT count(*) FROM ${source}`)).toEqual([['0']]);
    const [wider, numbered, temporary] = [fresh(), fresh(), '#temporary'];
    await client.query(`CREATE TABLE ${wider} (name VARCHAR(6), id INT)`);
    await client.query(`CREATE TABLE ${numbered} (name VARCHAR(5), id INT IDENTITY(1, 1))`);
    await client.query(`CREATE TABLE ${temporary} (name VARCHAR(5), id INT)`);
    for (const other of [wider, numbered, temporary]) expect((await failureOf(client, `ALTER TABLE ${source} APPEND FROM ${other}`)).code).toBe('0A000');
  });

  test('ANALYZE knows its tables and columns, SHOW COLUMNS its table', async () => {
    const name = fresh();
    await client.query(`CREATE TABLE ${name} (id INT NOT NULL, name VARCHAR(7) DEFAULT 'x')`);
    for (const text of [`ANALYZE ${name}`, `ANALYZE VERBOSE ${name} (id, name)`, `ANALYZE ${name} PREDICATE COLUMNS`, 'ANALYZE']) await client.query(text);
    expect((await failureOf(client, 'ANALYZE sales.missing')).code).toBe('42P01');
    expect((await failureOf(client, `ANALYZE ${name} (nope)`)).code).toBe('42703');
    expect((await failureOf(client, `ANALYZE ${name} quickly`)).code).toBe('42601');
    const shown = (await client.query(`SHOW COLUMNS FROM TABLE ${world.database}.${name}`)).rows as Record<string, unknown>[];
    expect(shown).toMatchObject([{ column_name: 'id', is_nullable: 'NO', data_type: 'integer' }, { column_name: 'name', data_type: 'character varying', character_maximum_length: 7 }]);
    expect((await client.query(`SHOW COLUMNS FROM TABLE ${name} LIKE 'n%'`)).rows).toHaveLength(1);
    expect((await failureOf(client, 'SHOW COLUMNS FROM TABLE t')).code).toBe('42601');
  });

  test('D10: what cannot run in a transaction', async () => {
    for (const text of ['VACUUM', `ALTER TABLE ${fresh()} APPEND FROM sales.b`, 'CREATE DATABASE other', 'DROP DATABASE other', 'CREATE EXTERNAL TABLE x (a INT)']) {
      await client.query('BEGIN');
      if (text.startsWith('ALTER')) await client.query(`CREATE TABLE sales.t${tables} (a INT)`);
      expect(await failureOf(client, text)).toMatchObject({ code: '25001', message: expect.stringMatching(/ cannot run inside a transaction block$/) });
      await client.query('ROLLBACK');
    }
    await client.query('VACUUM');
  });

  test('D11: TRUNCATE commits everything before it and leaves the transaction', async () => {
    const [one, two] = [fresh(), fresh()];
    await client.query(`CREATE TABLE ${one} (a INT)`);
    await client.query(`INSERT INTO ${one} VALUES (1)`);
    await client.query('BEGIN');
    await client.query(`CREATE TABLE ${two} (a INT)`);
    await client.query(`INSERT INTO ${two} VALUES (2)`);
    await client.query(`TRUNCATE ${one}`);
    await client.query('ROLLBACK');
    expect(await rows(`SELECT count(*) FROM ${one}`)).toEqual([['0']]);
    expect(await rows(`SELECT count(*) FROM ${two}`)).toEqual([['1']]);
  });

  test.each([
    'CREATE INDEX i ON sales.x (a)', 'CREATE SEQUENCE s', 'CREATE TRIGGER t', 'CREATE TYPE t AS (a INT)', 'CREATE DOMAIN d AS INT', 'CREATE EXTENSION pgcrypto', 'CREATE RULE r', 'CREATE UNLOGGED TABLE u (a INT)',
    'CREATE TABLE u (a INT CHECK (a > 0))', 'CREATE TABLE u (a INT, CHECK (a > 0))', 'CREATE TABLE u (a INT GENERATED ALWAYS AS IDENTITY)', 'CREATE TABLE u (a INT) PARTITION BY RANGE (a)', 'CREATE TABLE u (a INT) INHERITS (v)',
    'CREATE TABLE u (a INT) TABLESPACE x', 'CREATE TABLE u (a INT) WITH (fillfactor = 50)', 'DO $$ BEGIN END $$',
  ])('D12: %s', async (text) => {
    expect((await failureOf(client, text)).code).toMatch(/^(42601|0A000)$/);
  });

  test('D14: DROP with dependents, of nothing, and CREATE of what is there', async () => {
    const name = fresh();
    await client.query(`CREATE TABLE ${name} (a INT)`);
    await client.query(`CREATE VIEW sales.dependent AS SELECT a FROM ${name}`);
    expect((await failureOf(client, `DROP TABLE ${name}`)).code).toBe('2BP01');
    expect(await failureOf(client, `CREATE TABLE ${name} (a INT)`)).toMatchObject({ code: '42P07', message: `Relation "${name.split('.')[1]}" already exists` });
    expect(await failureOf(client, 'DROP TABLE sales.missing')).toMatchObject({ code: '42P01', message: 'Table "missing" does not exist' });
    const notices: string[] = [];
    client.on('notice', (notice) => notices.push(notice.message ?? ''));
    await client.query(`CREATE TABLE IF NOT EXISTS ${name} (b INT)`);
    await client.query('DROP TABLE IF EXISTS sales.missing');
    expect(notices).toEqual([`Relation "${name.split('.')[1]}" already exists and will be skipped`, 'Table "missing" does not exist and will be skipped']);
    await client.query(`DROP TABLE ${name} CASCADE`);
  });

  test('temporary tables, LIKE, CREATE TABLE AS, renames; the id stays', async () => {
    const name = fresh();
    const short = name.split('.')[1]!;
    await client.query(`CREATE TABLE ${name} (id BIGINT NOT NULL DISTKEY, note VARCHAR(20) DEFAULT 'x')`);
    const oid = async (table: string): Promise<unknown> => (await rows("SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'sales' AND c.relname = $1", [table]))[0];
    const before = await oid(short);
    await client.query(`ALTER TABLE ${name} RENAME COLUMN note TO remark`);
    await client.query(`ALTER TABLE ${name} RENAME TO renamed`);
    expect(await oid('renamed')).toEqual(before);
    await client.query('CREATE TEMP TABLE stage (LIKE sales.renamed INCLUDING DEFAULTS)');
    await client.query("INSERT INTO stage (id) VALUES (1)");
    expect(await rows('SELECT id, remark FROM stage')).toEqual([['1', 'x']]);
    await client.query("CREATE TEMP TABLE changed AS SELECT id, UPPER(remark) AS shout, NULL::VARCHAR(3) AS nothing FROM stage");
    expect(await rows("SELECT \"column\", type FROM pg_table_def WHERE tablename = 'changed' ORDER BY 1")).toEqual([['id', 'bigint'], ['nothing', 'character varying(3)'], ['shout', 'character varying(65535)']]);
    await client.query('CREATE TABLE #hash (a INT)');
    await client.query('INSERT INTO #hash VALUES (1)');
    expect((await failureOf(await world.connect(), 'SELECT * FROM #hash')).code).toBe('42P01');
    expect((await failureOf(client, 'CREATE TEMP TABLE sales.x (a INT)')).code).toBe('42601');
  });
});

describe('rights', () => {
  test('a user without rights is refused by name', async () => {
    const reader = await world.connect('reader');
    const name = fresh();
    await client.query(`CREATE TABLE ${name} (a INT)`);
    expect(await failureOf(reader, `SELECT * FROM ${name}`)).toMatchObject({ code: '42501', message: 'permission denied for schema sales' });
    await client.query('GRANT USAGE ON SCHEMA sales TO reader');
    expect(await failureOf(reader, `SELECT * FROM ${name}`)).toMatchObject({ code: '42501', message: `permission denied for relation ${name.split('.')[1]}` });
    expect((await failureOf(reader, 'CREATE TABLE sales.mine (a INT)')).message).toBe('permission denied for schema sales');
    expect((await failureOf(reader, `DROP TABLE ${name}`)).message).toBe(`must be owner of relation ${name.split('.')[1]}`);
    expect((await failureOf(reader, 'CREATE SCHEMA another')).code).toBe('42501');
    await client.query(`GRANT SELECT, INSERT ON ${name} TO reader`);
    await reader.query(`INSERT INTO ${name} VALUES (1)`);
    expect((await failureOf(reader, `DELETE FROM ${name}`)).code).toBe('42501');
    expect(await rows(`SELECT has_table_privilege('${name}', 'INSERT'), has_table_privilege('${name}', 'DELETE'), has_schema_privilege('sales', 'CREATE'), current_user`, [], reader)).toEqual([[true, false, false, 'reader']]);
  });
});

describe('catalog views', () => {
  test('D18: pg_table_def follows search_path; svv_table_info is for superusers and leaves out empty tables', async () => {
    const name = fresh();
    const short = name.split('.')[1];
    await client.query(`CREATE TABLE ${name} (a INT)`);
    expect(await rows('SELECT "column" FROM pg_table_def WHERE tablename = $1', [short])).toEqual([]);
    await client.query("SET search_path TO '$user', public, sales");
    expect(await rows('SELECT "column" FROM pg_table_def WHERE tablename = $1', [short])).toEqual([['a']]);
    await client.query('RESET search_path');
    const admin = await world.connect('admin');
    expect(await rows('SELECT tbl_rows FROM svv_table_info WHERE "table" = $1', [short], admin)).toEqual([]);
    await client.query(`INSERT INTO ${name} VALUES (1)`);
    expect(await rows('SELECT tbl_rows FROM svv_table_info WHERE "table" = $1', [short], admin)).toEqual([['1']]);
    expect(await rows('SELECT count(*) FROM svv_table_info')).toEqual([['0']]);
    expect(await rows("SELECT table_type FROM svv_tables WHERE table_schema = 'sales' AND table_name = $1", [short])).toEqual([['BASE TABLE']]);
  });

  test('positions keep their gap after DROP COLUMN', async () => {
    const name = fresh();
    await client.query(`CREATE TABLE ${name} (a INT, b INT, c BIGINT IDENTITY(1,1))`);
    await client.query(`ALTER TABLE ${name} DROP COLUMN a`);
    expect(await rows('SELECT column_name, ordinal_position FROM svv_redshift_columns WHERE table_name = $1 ORDER BY ordinal_position', [name.split('.')[1]])).toEqual([['b', 2], ['c', 3]]);
    expect((await rows("SELECT column_default FROM svv_redshift_columns WHERE table_name = $1 AND column_name = 'c'", [name.split('.')[1]]))[0]).toEqual([expect.stringMatching(/^"identity"\(\d+, 2, '1,1'::text\)$/)]);
  });
});

test('sessions that create one table at once: one makes it, the others are told that the relation exists', async () => {
  const sessions = await Promise.all(Array.from({ length: 6 }, () => world.connect()));
  try {
    for (let round = 0; round < 15; round++) {
      const name = fresh();
      const ends = await Promise.allSettled(sessions.map((session) => session.query(`CREATE TABLE ${name} (a INT)`)));
      const failures = ends.filter((end) => end.status === 'rejected').map((end) => end.reason as { code: string; message: string });
      expect(failures.map(({ code, message }) => `${code} ${message}`)).toEqual(Array.from({ length: 5 }, () => `42P07 Relation "${name.split('.')[1]}" already exists`));
    }
  } finally {
    for (const session of sessions) await session.end();
  }
});
