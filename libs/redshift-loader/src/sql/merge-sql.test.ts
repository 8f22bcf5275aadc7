import { expect, test } from 'vitest';
import { amountColumn, codeColumn, detailsColumn, idColumn, noteColumn, revisionColumn, updatedColumn } from '../../test/staged-columns.ts';
import { countRepeatedKeysSql, countStageSql, deleteReplacedSql, dropOlderSql, insertStagedSql, takeNewestSql, type MergeColumns } from './merge-sql.ts';

const target = { schema: 'reporting', table: 'orders' };
const columns: MergeColumns = { all: [idColumn, codeColumn, noteColumn, updatedColumn], keys: [idColumn, codeColumn], versions: [updatedColumn] };

test('NULL in any key column is counted', () => {
  expect(countStageSql('"stage"', columns)).toBe('SELECT COUNT(*) AS row_count, COUNT(CASE WHEN "id" IS NULL OR "code" IS NULL THEN 1 END) AS null_keys FROM "stage"');
});

test('text keys are told apart by value and byte length', () => {
  expect(countRepeatedKeysSql('"stage"', columns)).toBe('SELECT COUNT(*) AS repeated_keys FROM (SELECT COUNT(*) AS row_count FROM "stage" GROUP BY "id", "code", OCTET_LENGTH("code") HAVING COUNT(*) > 1) AS repeated');
  expect(deleteReplacedSql('"stage"', target, columns)).toBe('DELETE FROM "reporting"."orders" USING "stage" WHERE "reporting"."orders"."id" = "stage"."id" AND "reporting"."orders"."code" = "stage"."code" AND OCTET_LENGTH("reporting"."orders"."code") = OCTET_LENGTH("stage"."code")');
});

test('the newest version is taken, a missing one being the oldest, and alike rows once', () => {
  expect(takeNewestSql('"stage"', '"newest"', columns)).toBe(
    'INSERT INTO "newest" ("id", "code", "note", "updated_at") SELECT "id", "code", "note", "updated_at" FROM (SELECT DISTINCT "id", "code", "note", "updated_at", OCTET_LENGTH("code") AS "tidemark_length_1", OCTET_LENGTH("note") AS "tidemark_length_2" FROM (SELECT "id", "code", "note", "updated_at", RANK() OVER (PARTITION BY "id", "code", OCTET_LENGTH("code") ORDER BY CASE WHEN "updated_at" IS NULL THEN 1 ELSE 0 END, "updated_at" DESC) AS "tidemark_rank" FROM "stage") AS ranked WHERE "tidemark_rank" = 1) AS alike',
  );
});

test('without versions only alike rows can be told to be one', () => {
  expect(takeNewestSql('"stage"', '"newest"', { all: [idColumn, amountColumn], keys: [idColumn], versions: [] })).toBe('INSERT INTO "newest" ("id", "amount") SELECT "id", "amount" FROM (SELECT DISTINCT "id", "amount" FROM "stage") AS alike');
});

test('a staged row gives way to a newer one in the target, versions compared outermost first', () => {
  const two: MergeColumns = { all: [idColumn, updatedColumn, revisionColumn], keys: [idColumn], versions: [updatedColumn, revisionColumn] };
  const [t, s] = ['"reporting"."orders"', '"stage"'];
  expect(dropOlderSql('"stage"', target, two)).toBe(
    `DELETE FROM ${s} USING ${t} WHERE ${t}."id" = ${s}."id" AND ((${t}."updated_at" IS NOT NULL AND (${s}."updated_at" IS NULL OR ${t}."updated_at" > ${s}."updated_at")) OR ((${t}."updated_at" = ${s}."updated_at" OR (${t}."updated_at" IS NULL AND ${s}."updated_at" IS NULL)) AND (${t}."revision" IS NOT NULL AND (${s}."revision" IS NULL OR ${t}."revision" > ${s}."revision"))))`,
  );
});

test('rows are inserted by name', () => {
  expect(insertStagedSql('"stage"', target, columns)).toBe('INSERT INTO "reporting"."orders" ("id", "code", "note", "updated_at") SELECT "id", "code", "note", "updated_at" FROM "stage"');
});

test('a value becomes the target\'s type in the INSERT', () => {
  const revision = { ...revisionColumn, target: { redshift: { name: 'BIGINT' }, by: 'cast' } } as const;
  expect(insertStagedSql('"stage"', target, { all: [idColumn, revision, detailsColumn], keys: [idColumn], versions: [] })).toBe(
    'INSERT INTO "reporting"."orders" ("id", "revision", "details") SELECT "id", CAST("revision" AS BIGINT), JSON_PARSE("details") FROM "stage"',
  );
});
