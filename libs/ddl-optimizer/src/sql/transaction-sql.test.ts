import { expect, test } from 'vitest';
import { checkTransactionSql } from './transaction-sql.ts';

test.each([
  "DELETE FROM reporting.orders WHERE note = 'a; TRUNCATE b'", 'INSERT INTO log SELECT 1', '(SELECT 1)', 'WITH a AS (SELECT 1) SELECT * FROM a;', 'ANALYZE reporting.orders', 'GRANT SELECT ON reporting.orders TO reader',
  'ALTER TABLE reporting.orders ADD COLUMN loaded_at TIMESTAMP', 'ALTER TABLE a RENAME COLUMN type TO kind', 'CREATE TABLE "truncate" (a INT)', '/* TRUNCATE /* nested */ */ SELECT 1 -- ; VACUUM', "UPDATE a SET b = 'it\\'s; fine'", 'SELECT $$a;b$$',
])('%s may run in a transaction', (sql) => {
  expect(checkTransactionSql(sql)).toBeNull();
});

test.each([
  ['TRUNCATE reporting.orders', 'commits the transaction (use DELETE)'],
  ['  -- first\n truncate table a', 'commits the transaction (use DELETE)'],
  ['/* x */ VACUUM', 'begins, ends or leaves the transaction'],
  ['COMMIT', 'begins, ends or leaves the transaction'],
  ['END', 'begins, ends or leaves the transaction'],
  ['CALL refresh()', 'begins, ends or leaves the transaction'],
  ['ALTER TABLE a APPEND FROM b', 'commits the transaction (ALTER TABLE APPEND)'],
  ['ALTER TABLE a ALTER COLUMN b TYPE VARCHAR(20)', 'cannot run inside a transaction (ALTER COLUMN TYPE)'],
  ['CREATE EXTERNAL TABLE a (b INT)', 'cannot run inside a transaction (create external)'],
  ['DROP DATABASE dev', 'cannot run inside a transaction (drop database)'],
  ['DELETE FROM a; COMMIT', 'is several statements; each one stands by itself'],
  ["SELECT 'a' ; ; SELECT 2", 'is several statements; each one stands by itself'],
  ["SELECT 'open", 'has a quotation without an end'],
  ['SELECT 1 /* open', 'has a comment without an end'],
  [' ; ', 'is empty'],
  ['', 'is empty'],
  ['-- only a comment', 'is empty'],
  ['123', 'does not begin with a word'],
])('%s: %s', (sql, reason) => {
  expect(checkTransactionSql(sql)).toBe(reason);
});
