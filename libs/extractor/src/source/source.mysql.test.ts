import { openMysqlSession, startMariadb } from '@tidemark/local-stack';
import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConnections, testSource } from '../../test/mysql-source.ts';
import { TableReader } from '../table-reader.ts';
import { prepareSession } from './session.ts';
import { queryText } from './text-query.ts';

let mysql: MysqlForTests;
let reader: TableReader;
beforeAll(async () => {
  mysql = await mysqlForTests();
  reader = new TableReader(testSource(mysql), { progressTimeoutMs: 20_000 });
  await mysql.run(
    "CREATE TABLE orders (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, tenant INT NOT NULL, code VARCHAR(20) CHARACTER SET latin1 NOT NULL DEFAULT 'x', kind ENUM('unsigned','b') NULL, price DECIMAL(12,2) UNSIGNED, seen DATETIME(3), updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), twice INT AS (tenant * 2) STORED, `odd ``name` TEXT, PRIMARY KEY (tenant, id), UNIQUE KEY by_id (id), KEY by_time (updated_at, id), KEY by_prefix (code(5)), KEY by_code (code))",
    "INSERT INTO orders (tenant) VALUES (1), (2)",
    'CREATE TABLE order_items (id INT)',
    'CREATE TABLE payments (id INT PRIMARY KEY, tenant INT NOT NULL, order_id BIGINT UNSIGNED NOT NULL, CONSTRAINT of_order FOREIGN KEY (tenant, order_id) REFERENCES orders (tenant, id) ON UPDATE CASCADE ON DELETE CASCADE)',
  );
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

describe('describing a table', () => {
  test('gives columns, key and indexes as the server has them', async () => {
    const table = await reader.describe(mysql.database, 'orders');
    expect(table).toMatchObject({ schema: mysql.database, table: 'orders', primaryKey: ['tenant', 'id'], serverVersion: mysql.version });
    expect(table.columns.map(({ name, ordinal }) => [name, ordinal])).toEqual(['id', 'tenant', 'code', 'kind', 'price', 'seen', 'updated_at', 'twice', 'odd `name'].map((name, index) => [name, index + 1]));
    const column = (name: string): unknown => table.columns.find((candidate) => candidate.name === name);
    expect(column('id')).toMatchObject({ dataType: 'bigint', isUnsigned: true, isNullable: false, numericPrecision: 20, extra: 'auto_increment' });
    expect(column('code')).toMatchObject({ dataType: 'varchar', columnType: 'varchar(20)', maxCharacters: 20, characterSet: 'latin1', isUnsigned: false });
    expect(column('kind')).toMatchObject({ dataType: 'enum', columnType: "enum('unsigned','b')", isUnsigned: false, isNullable: true });
    expect(column('price')).toMatchObject({ numericPrecision: 12, numericScale: 2, isUnsigned: true });
    expect(column('seen')).toMatchObject({ dataType: 'datetime', datetimePrecision: 3, defaultExpression: mysql.isMariadb ? 'NULL' : null });
    expect(column('updated_at')).toMatchObject({ dataType: 'timestamp', datetimePrecision: 6, extra: expect.stringContaining('on update current_timestamp(6)') });
    expect(column('twice')).toMatchObject({ extra: expect.stringContaining('stored generated') });
    expect(table.indexes).toEqual([
      { name: 'PRIMARY', isUnique: true, distinctValues: expect.any(Number), columns: ['tenant', 'id'] },
      { name: 'by_code', isUnique: false, distinctValues: expect.any(Number), columns: ['code'] },
      { name: 'by_id', isUnique: true, distinctValues: expect.any(Number), columns: ['id'] },
      { name: 'by_time', isUnique: false, distinctValues: expect.any(Number), columns: ['updated_at', 'id'] },
    ]);
  });

  test('gives foreign keys and an estimate of the size', async () => {
    const table = await reader.describe(mysql.database, 'payments');
    expect(table.foreignKeys).toEqual([{ name: 'of_order', columns: ['tenant', 'order_id'], references: `${mysql.database}.orders`, onUpdate: 'CASCADE', onDelete: 'CASCADE' }]);
    expect(table.dataBytes).toBeGreaterThan(0);
    expect((await reader.describe(mysql.database, 'orders')).foreignKeys).toEqual([]);
  });

  test('knows JSON, which MariaDB has as LONGTEXT with a check', async () => {
    await mysql.run('CREATE TABLE documents (id INT PRIMARY KEY, body JSON, `odd ``one` JSON NOT NULL, plain LONGTEXT)');
    const { columns } = await reader.describe(mysql.database, 'documents');
    expect(columns.map(({ name, dataType }) => [name, dataType])).toEqual([['id', 'int'], ['body', 'json'], ['odd `one', 'json'], ['plain', 'longtext']]);
  });

  test('names the server by its uuid, or by id and host', async () => {
    const { serverId } = await reader.describe(mysql.database, 'orders');
    const [row] = await mysql.rows(mysql.isMariadb ? "SELECT CONCAT(@@server_id, '@', @@hostname) AS id" : 'SELECT @@server_uuid AS id');
    expect(serverId).toBe(row!.id);
    expect((await reader.describe(mysql.database, 'order_items')).serverId).toBe(serverId);
  });

  test('a table without a key has none', async () => {
    expect(await reader.describe(mysql.database, 'order_items')).toMatchObject({ primaryKey: [], indexes: [] });
  });

  test('a table that is not there: similar names are told', async () => {
    await expect(reader.describe(mysql.database, 'order')).rejects.toMatchObject({ code: 'SOURCE_TABLE_MISSING', exit: 13, details: { similarTables: [`${mysql.database}.orders`, `${mysql.database}.order_items`] } });
    await expect(reader.describe(mysql.database, 'nothing_like_it')).rejects.toMatchObject({ code: 'SOURCE_TABLE_MISSING', details: { similarTables: [] } });
  });

  test('a table of another case is another table where the server tells them apart', async () => {
    const [row] = await mysql.rows('SELECT @@lower_case_table_names AS folds');
    if (row!.folds === '0') await expect(reader.describe(mysql.database, 'ORDERS')).rejects.toMatchObject({ code: 'SOURCE_TABLE_MISSING', details: { similarTables: [`${mysql.database}.orders`] } });
    else expect(await reader.describe(mysql.database, 'ORDERS')).toMatchObject({ primaryKey: ['tenant', 'id'] });
  });

  test('a table that this user may not read', async () => {
    await using other = await mysqlForTests();
    await other.run('CREATE TABLE secret (id INT)');
    await expect(reader.describe(other.database, 'secret')).rejects.toMatchObject({ code: 'SOURCE_ACCESS_DENIED', exit: 12, kind: 'auth' });
  });

  test('a name that would be SQL is only a name', async () => {
    await expect(reader.describe(mysql.database, "x' OR '1'='1")).rejects.toMatchObject({ code: 'SOURCE_TABLE_MISSING' });
    await expect(reader.describe(mysql.database, 'a`; DROP TABLE orders; --')).rejects.toMatchObject({ code: 'SOURCE_TABLE_MISSING' });
    expect(await mysql.rows('SELECT COUNT(*) AS n FROM orders')).toEqual([{ n: '2' }]);
  });

  test('closes its connection, also after an error', async () => {
    await reader.describe(mysql.database, 'nothing_like_it').catch(() => undefined);
    await expect.poll(() => openConnections(mysql)).toBe(0);
  });
});

describe('the clock', () => {
  test('is UTC with microseconds', async () => {
    const before = new Date(Date.now() - 2000).toISOString();
    const { nowUtc, isReplica } = await reader.clock();
    expect(nowUtc).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}$/);
    expect(`${nowUtc.replace(' ', 'T')}Z` > before).toBe(true);
    expect(`${nowUtc.replace(' ', 'T')}Z` < new Date(Date.now() + 2000).toISOString()).toBe(true);
    expect(isReplica).toBe(false);
  });

  test('a server that refuses writes counts as a replica', async () => {
    await mysql.run('SET GLOBAL read_only = 1');
    try {
      expect(await reader.clock()).toMatchObject({ isReplica: true, replicaLag: { kind: 'hidden' } });
    } finally {
      await mysql.run('SET GLOBAL read_only = 0');
    }
  });

  test('a server with a replication source is a replica, for those who may see it', async () => {
    if (!mysql.isMariadb) return expect((await reader.clock()).isReplica).toBe(false);
    await mysql.run("CHANGE MASTER 'source' TO MASTER_HOST = 'mysql.example.com', MASTER_USER = 'r', MASTER_PASSWORD = 'r'");
    try {
      expect((await reader.clock()).isReplica).toBe(false);
      await mysql.run(`GRANT REPLICA MONITOR ON *.* TO '${mysql.reader.username}'@'%'`);
      expect(await reader.clock(), 'it was not started').toMatchObject({ isReplica: true, replicaLag: { kind: 'stopped' } });
      await mysql.run("RESET REPLICA 'source' ALL", 'SET GLOBAL read_only = 1');
      expect(await reader.clock()).toMatchObject({ isReplica: true, replicaLag: { kind: 'untold' } });
    } finally {
      await mysql.run('SET GLOBAL read_only = 0', "RESET REPLICA 'source' ALL").catch(() => undefined);
    }
  });

  test('a replica says how many seconds it is behind', async () => {
    if (!mysql.isMariadb || mysql.process === undefined) return expect(await reader.clock()).not.toHaveProperty('replicaLag');
    const { password } = mysql.admin;
    await using source = await startMariadb();
    const there = await openMysqlSession({ host: source.host, port: source.port, ...source.admin });
    await there.run(`CREATE USER 'follower'@'%' IDENTIFIED BY '${password}'`);
    await there.run("GRANT REPLICATION SLAVE ON *.* TO 'follower'@'%'");
    await mysql.run(
      `GRANT REPLICA MONITOR ON *.* TO '${mysql.reader.username}'@'%'`, 'SET GLOBAL server_id = 2',
      // What it receives is applied an hour later.
      `CHANGE MASTER 'late' TO MASTER_HOST = '${source.host}', MASTER_PORT = ${source.port}, MASTER_USER = 'follower', MASTER_PASSWORD = '${password}', MASTER_DELAY = 3600`, "START REPLICA 'late'",
    );
    try {
      await there.run('CREATE DATABASE lagging');
      const behind = async (): Promise<number> => {
        const { replicaLag } = await reader.clock();
        return replicaLag?.kind === 'seconds' ? replicaLag.seconds : -1;
      };
      await expect.poll(behind, { timeout: 60_000, interval: 200 }).toBeGreaterThanOrEqual(2);
    } finally {
      await there.close();
      await mysql.run("STOP REPLICA 'late'", "RESET REPLICA 'late' ALL", 'SET GLOBAL server_id = 1');
    }
  });
});

describe('the session', () => {
  test('cannot write, speaks utf8mb4 and UTC, whatever the server\'s defaults are', async () => {
    await mysql.run("SET GLOBAL sql_mode = 'ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH,NO_BACKSLASH_ESCAPES'", "SET GLOBAL time_zone = '+05:30'", 'SET GLOBAL net_write_timeout = 5');
    const source = testSource(mysql, { charset: 'latin1', user: mysql.admin.username, password: mysql.admin.password });
    const connection = await source.openConnection();
    try {
      const id = await prepareSession(connection, 10_000);
      const [row] = await queryText(connection, "SELECT @@sql_mode AS mode, @@time_zone AS zone, @@character_set_results AS charset, @@net_write_timeout AS patience, CONNECTION_ID() AS id, \"é\" AS quoted", 'testing', 10_000);
      expect(row).toEqual({ mode: 'NO_ENGINE_SUBSTITUTION', zone: '+00:00', charset: 'utf8mb4', patience: '3600', id, quoted: 'é' });
      await expect(queryText(connection, "INSERT INTO orders (tenant) VALUES (3)", 'testing', 10_000)).rejects.toMatchObject({ code: 'SOURCE_QUERY_FAILED', details: { errno: 1792 } });
    } finally {
      connection.destroy();
      await mysql.run('SET GLOBAL sql_mode = DEFAULT', "SET GLOBAL time_zone = 'SYSTEM'", 'SET GLOBAL net_write_timeout = 60');
    }
  });

  test('has no limit of the server on the time of a statement: it would count the reader\'s pauses', async () => {
    const limit = mysql.isMariadb ? 'max_statement_time' : 'max_execution_time';
    await mysql.run(`SET GLOBAL ${limit} = 5`);
    const connection = await testSource(mysql).openConnection();
    try {
      await prepareSession(connection, 10_000);
      expect(Number((await queryText(connection, `SELECT @@${limit} AS seconds`, 'testing', 10_000))[0]!.seconds)).toBe(0);
    } finally {
      connection.destroy();
      await mysql.run(`SET GLOBAL ${limit} = 0`);
    }
  });

  test('takes another isolation level', async () => {
    const connection = await testSource(mysql).openConnection();
    await prepareSession(connection, 10_000, { isolation: 'READ COMMITTED' });
    const rows = await queryText(connection, "SHOW SESSION VARIABLES WHERE Variable_name IN ('transaction_isolation', 'tx_isolation')", 'testing', 10_000);
    for (const { Value } of rows) expect(Value).toBe('READ-COMMITTED');
    connection.destroy();
  });
});
