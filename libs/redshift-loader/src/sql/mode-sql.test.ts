import { expect, test } from 'vitest';
import { codeColumn, detailsColumn, idColumn, updatedColumn } from '../../test/staged-columns.ts';
import { shadowPrefix, shadowTable } from '../snapshot/shadow-table.ts';
import { dropAppendedSql } from './append-sql.ts';
import { boundViewsSql, findTargetSql, ownerSql } from './catalog-sql.ts';
import { countRepeatedTargetKeysSql, deleteRepeatedSql, insertSinglesSql, takeSinglesSql } from './dedupe-sql.ts';
import { countMatchedSql, mergeIntoSql } from './merge-into-sql.ts';
import type { MergeColumns } from './merge-sql.ts';
import { createShadowLikeSql, createShadowSql, dropShadowSql, readSnapshotSql, renameSwapSql } from './snapshot-sql.ts';

const target = { schema: 'reporting', table: 'orders', workSchema: 'work' };
const columns: MergeColumns = { all: [idColumn, codeColumn, detailsColumn, updatedColumn], keys: [idColumn, codeColumn], versions: [updatedColumn] };

test('append: rows whose key and cursor are there', () => {
  expect(dropAppendedSql('"tidemark_stage"', target, columns)).toMatchInlineSnapshot(`"DELETE FROM "tidemark_stage" USING "reporting"."orders" WHERE "reporting"."orders"."id" = "tidemark_stage"."id" AND "reporting"."orders"."code" = "tidemark_stage"."code" AND OCTET_LENGTH("reporting"."orders"."code") = OCTET_LENGTH("tidemark_stage"."code") AND (("reporting"."orders"."updated_at" IS NULL AND "tidemark_stage"."updated_at" IS NULL) OR ("reporting"."orders"."updated_at" IS NOT NULL AND "tidemark_stage"."updated_at" IS NOT NULL AND "reporting"."orders"."updated_at" = "tidemark_stage"."updated_at"))"`);
});

test('native MERGE: no target alias, both branches, bare names in SET', () => {
  expect(countMatchedSql('"tidemark_stage"', target, columns)).toMatchInlineSnapshot(`"SELECT COUNT(*) AS matched FROM "reporting"."orders" JOIN "tidemark_stage" ON "reporting"."orders"."id" = "tidemark_stage"."id" AND "reporting"."orders"."code" = "tidemark_stage"."code" AND OCTET_LENGTH("reporting"."orders"."code") = OCTET_LENGTH("tidemark_stage"."code")"`);
  expect(mergeIntoSql('"tidemark_stage"', target, columns)).toMatchInlineSnapshot(`"MERGE INTO "reporting"."orders" USING "tidemark_stage" ON "reporting"."orders"."id" = "tidemark_stage"."id" AND "reporting"."orders"."code" = "tidemark_stage"."code" AND OCTET_LENGTH("reporting"."orders"."code") = OCTET_LENGTH("tidemark_stage"."code") WHEN MATCHED THEN UPDATE SET "details" = JSON_PARSE("tidemark_stage"."details"), "updated_at" = "tidemark_stage"."updated_at" WHEN NOT MATCHED THEN INSERT ("id", "code", "details", "updated_at") VALUES ("tidemark_stage"."id", "tidemark_stage"."code", JSON_PARSE("tidemark_stage"."details"), "tidemark_stage"."updated_at")"`);
  expect(mergeIntoSql('"tidemark_stage"', target, { all: [idColumn], keys: [idColumn], versions: [] })).toContain('UPDATE SET "id" = "tidemark_stage"."id"');
});

test('keys that repeat in the target', () => {
  expect(countRepeatedTargetKeysSql(target, columns)).toMatchInlineSnapshot(`"SELECT COUNT(*) AS repeated_target_keys FROM (SELECT COUNT(*) AS row_count FROM "reporting"."orders" WHERE "id" IS NOT NULL AND "code" IS NOT NULL GROUP BY "id", "code", OCTET_LENGTH("code") HAVING COUNT(*) > 1) AS repeated"`);
  expect(takeSinglesSql(target, ['id', 'code', 'owner'], columns)).toMatchInlineSnapshot(`"CREATE TEMP TABLE "tidemark_singles" AS SELECT "id", "code", "owner" FROM (SELECT "id", "code", "owner", ROW_NUMBER() OVER (PARTITION BY "id", "code", OCTET_LENGTH("code") ORDER BY CASE WHEN "updated_at" IS NULL THEN 1 ELSE 0 END, "updated_at" DESC) AS "tidemark_rank", COUNT(*) OVER (PARTITION BY "id", "code", OCTET_LENGTH("code")) AS "tidemark_rows" FROM "reporting"."orders" WHERE "id" IS NOT NULL AND "code" IS NOT NULL) AS ranked WHERE "tidemark_rank" = 1 AND "tidemark_rows" > 1"`);
  expect(deleteRepeatedSql(target, columns)).toMatchInlineSnapshot(`"DELETE FROM "reporting"."orders" USING "tidemark_singles" WHERE "reporting"."orders"."id" = "tidemark_singles"."id" AND "reporting"."orders"."code" = "tidemark_singles"."code" AND OCTET_LENGTH("reporting"."orders"."code") = OCTET_LENGTH("tidemark_singles"."code")"`);
  expect(insertSinglesSql(target, ['id', 'code', 'owner'])).toMatchInlineSnapshot(`"INSERT INTO "reporting"."orders" ("id", "code", "owner") SELECT "id", "code", "owner" FROM "tidemark_singles""`);
});

test('shadow tables are named for their target and set, within 127 bytes', () => {
  expect(shadowTable(target, '01JABCDEFGHJKMNPQRSTVWXYZ0', 'delete_insert')).toEqual({ schema: 'work', table: 'orders__new_3beeccda_01jabcdefghjkmnpqrstvwxyz0' });
  expect(shadowTable(target, '01JABCDEFGHJKMNPQRSTVWXYZ0', 'rename')).toEqual({ schema: 'reporting', table: 'orders__new_3beeccda_01jabcdefghjkmnpqrstvwxyz0r' });
  const long = { ...target, table: 'ä'.repeat(63) };
  expect(Buffer.byteLength(`${shadowTable(long, '01JABCDEFGHJKMNPQRSTVWXYZ0', 'rename').table}o`)).toBeLessThanOrEqual(127);
  expect(shadowPrefix(long)).not.toBe(shadowPrefix({ ...long, table: 'ä'.repeat(62) }));
});

test('snapshot sets', () => {
  const shadow = shadowTable(target, '01J', 'delete_insert');
  expect(createShadowSql(shadow, [idColumn, detailsColumn])).toMatchInlineSnapshot(`
    "CREATE TABLE "work"."orders__new_3beeccda_01j" (
      "id" BIGINT,
      "details" VARCHAR(200)
    )"
  `);
  expect(createShadowLikeSql(shadow, target)).toMatchInlineSnapshot(`"CREATE TABLE "work"."orders__new_3beeccda_01j" (LIKE "reporting"."orders" INCLUDING DEFAULTS)"`);
  expect(dropShadowSql(shadow)).toMatchInlineSnapshot(`"DROP TABLE "work"."orders__new_3beeccda_01j""`);
  expect(readSnapshotSql({ schema: 'work', table: 'ledger' }, 3, '01J')).toMatchInlineSnapshot(`
    {
      "text": "SELECT COUNT(*) AS batches, SUM("rows_copied") AS rows_copied, SUM("rows_quarantined") AS rows_quarantined FROM "work"."ledger" WHERE "kind" = 'batch' AND "epoch" = $1::BIGINT AND "snapshot_id" = $2::VARCHAR(64)",
      "values": [
        3,
        "01J",
      ],
    }
  `);
  expect(renameSwapSql({ schema: 'reporting', table: 'orders__new_x' }, target, 'orders__new_xo')).toMatchInlineSnapshot(`
    [
      "ALTER TABLE "reporting"."orders" RENAME TO "orders__new_xo"",
      "ALTER TABLE "reporting"."orders__new_x" RENAME TO "orders"",
      "DROP TABLE "reporting"."orders__new_xo"",
    ]
  `);
});

test('the catalog is asked once for the target and its shadows', () => {
  expect(findTargetSql(target, 'orders__new_3beeccda_')).toMatchInlineSnapshot(`
    {
      "text": "SELECT c.oid AS "oid", c.relkind AS kind, n.nspname AS schema_name, c.relname AS table_name, COUNT(a.attnum) AS column_count FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE (n.nspname = $1 AND c.relname = $2) OR (n.nspname IN ($1, $3) AND LEFT(c.relname::VARCHAR(128), 21) = $4) GROUP BY c.oid, c.relkind, n.nspname, c.relname",
      "values": [
        "reporting",
        "orders",
        "work",
        "orders__new_3beeccda_",
      ],
    }
  `);
  expect(ownerSql('4711')).toMatchInlineSnapshot(`
    {
      "text": "SELECT pg_get_userbyid(c.relowner) AS owner, CURRENT_USER AS name, c.relacl AS rights FROM pg_class c WHERE c.oid = $1",
      "values": [
        "4711",
      ],
    }
  `);
  expect(boundViewsSql('4711')).toMatchInlineSnapshot(`
    {
      "text": "SELECT COUNT(DISTINCT r.ev_class) AS bound_views FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid WHERE d.refobjid = $1 AND r.ev_class <> $1",
      "values": [
        "4711",
      ],
    }
  `);
});
