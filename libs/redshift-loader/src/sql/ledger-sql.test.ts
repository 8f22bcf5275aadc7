import { expect, test } from 'vitest';
import { ledgerOwner, ledgerTable } from '../ledger/ledger-table.ts';
import { createLedgerSql, insertLedgerSql, listLedgerSql, lockLedgerSql, readBatchesSql, readHeadSql, type LedgerEntry } from './ledger-sql.ts';

const ledger = { schema: 'work', table: 'tidemark_ledger__x' };

const entry: LedgerEntry = {
  kind: 'batch', epoch: 1, seq: 2, batch_id: 'b', generation: 3, owner: 'o', range_after: null, range_upto: '{}', manifest_key: 'k', manifest_sha256: 's',
  rows_copied: 4, rows_inserted: 5, rows_deleted: 6, rows_quarantined: 7, snapshot_id: '01JABC', target_oid: '8', source_uuid: null, run_id: 'r',
};

test('the ledger table', () => {
  expect(createLedgerSql(ledger)).toBe(`CREATE TABLE "work"."tidemark_ledger__x" (
  "format_version" SMALLINT NOT NULL,
  "kind" VARCHAR(8) NOT NULL,
  "epoch" BIGINT NOT NULL,
  "seq" BIGINT NOT NULL,
  "batch_id" VARCHAR(64),
  "generation" BIGINT NOT NULL,
  "owner" VARCHAR(1024) NOT NULL,
  "range_after" VARCHAR(16384),
  "range_upto" VARCHAR(16384),
  "manifest_key" VARCHAR(1024),
  "manifest_sha256" VARCHAR(64),
  "rows_copied" BIGINT NOT NULL,
  "rows_inserted" BIGINT NOT NULL,
  "rows_deleted" BIGINT NOT NULL,
  "rows_quarantined" BIGINT NOT NULL,
  "snapshot_id" VARCHAR(64),
  "target_oid" VARCHAR(20),
  "source_uuid" VARCHAR(256),
  "run_id" VARCHAR(64) NOT NULL,
  "committed_at" TIMESTAMP NOT NULL
)`);
});

test('the lock, the head, the batches, the list', () => {
  expect(lockLedgerSql(ledger)).toBe('LOCK TABLE "work"."tidemark_ledger__x"');
  expect(readHeadSql(ledger)).toBe('SELECT "kind", "format_version", "epoch", "seq", "batch_id", "generation", "owner", "manifest_sha256", "source_uuid", "target_oid", "run_id" FROM (SELECT "kind", "format_version", "epoch", "seq", "batch_id", "generation", "owner", "manifest_sha256", "source_uuid", "target_oid", "run_id", ROW_NUMBER() OVER (PARTITION BY "kind" ORDER BY "epoch" DESC, "seq" DESC, "generation" DESC) AS "newest" FROM "work"."tidemark_ledger__x") AS "ranked" WHERE "newest" = 1');
  expect(readBatchesSql(ledger, 1, 2, 4)).toEqual({
    text: 'SELECT "seq", "batch_id", "manifest_sha256", "rows_copied", "rows_inserted", "rows_deleted", "target_oid" FROM "work"."tidemark_ledger__x" WHERE "kind" = \'batch\' AND "epoch" = $1::BIGINT AND "seq" BETWEEN $2::BIGINT AND $3::BIGINT ORDER BY "seq"',
    values: [1, 2, 4],
  });
  expect(listLedgerSql(ledger)).toMatch(/^SELECT "format_version", .* "committed_at" FROM "work"\."tidemark_ledger__x" ORDER BY "epoch" DESC, "seq" DESC, "generation" DESC$/);
});

test('one INSERT for the rows of a group, every value bound', () => {
  const [insert, ...more] = insertLedgerSql(ledger, [entry, { ...entry, seq: 3 }]);
  const { text, values } = insert!;
  expect(more).toEqual([]);
  expect(text).toMatch(/VALUES \(\$1::SMALLINT, \$2::VARCHAR\(8\), \$3::BIGINT, .* \$19::VARCHAR\(64\), GETDATE\(\)\), \(\$20::SMALLINT, .* \$38::VARCHAR\(64\), GETDATE\(\)\)$/);
  expect(values).toEqual([1, 'batch', 1, 2, 'b', 3, 'o', null, '{}', 'k', 's', 4, 5, 6, 7, '01JABC', '8', null, 'r', 1, 'batch', 1, 3, 'b', 3, 'o', null, '{}', 'k', 's', 4, 5, 6, 7, '01JABC', '8', null, 'r']);
});

test('a group of very many batches is written in several INSERTs, each with no more values than the protocol can count', () => {
  const statements = insertLedgerSql(ledger, Array.from({ length: 4_001 }, (_, index) => ({ ...entry, seq: index + 1 })));
  expect(statements.map(({ values }) => values.length)).toEqual([19_000, 19_000, 19_000, 19_000, 19]);
  expect(Math.max(...statements.map(({ values }) => values.length))).toBeLessThan(32_767);
  expect(statements[4]!.values[3]).toBe(4_001);
});

test('a ledger belongs to one target table and lies in the work schema', () => {
  expect(ledgerTable({ schema: 'reporting', table: 'orders', workSchema: 'work' })).toEqual({ schema: 'work', table: 'tidemark_ledger__3beeccdae0494ff3' });
  const names = [['a', 'b_c'], ['a_b', 'c'], ['a.b', 'c'], ['a', 'b.c']].map(([schema, table]) => ledgerTable({ schema: schema!, table: table!, workSchema: 'w' }).table);
  expect(new Set(names).size).toBe(4);
  expect(ledgerOwner({ pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.orders' })).toBe('shop_pipeline/dw/SHOP_RO:sales.orders');
});
