import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MysqlForTests, mysqlForTests } from './mysql-for-tests.ts';

let mysql: MysqlForTests;
beforeAll(async () => {
  mysql = await mysqlForTests();
});
afterAll(async () => {
  await mysql[Symbol.asyncDispose]();
});

test('values arrive as the server writes them', async () => {
  const rows = await mysql.rows(`SELECT 18446744073709551615 AS big, 1.50 AS amount, X'00FF' AS bytes, '語😀' AS text, NULL AS nothing`);
  expect(rows).toEqual([{ big: '18446744073709551615', amount: '1.50', bytes: '\u0000ÿ', text: '語😀', nothing: null }]);
});

test('the reader reads and cannot write', async () => {
  await mysql.run('CREATE TABLE t (id INT PRIMARY KEY)', 'INSERT INTO t VALUES (1)');
  await using reader = await mysql.connect(mysql.reader);
  expect(await reader.rows('SELECT id FROM t')).toEqual([{ id: '1' }]);
  await expect(reader.run('INSERT INTO t VALUES (2)')).rejects.toMatchObject({ code: 'ER_TABLEACCESS_DENIED_ERROR' });
});

test('a second handle is another database on the same server', async () => {
  await using other = await mysqlForTests();
  expect(other.database).not.toBe(mysql.database);
  expect(other.port).toBe(mysql.port);
  expect(await other.rows('SELECT DATABASE() AS name')).toEqual([{ name: other.database }]);
});
