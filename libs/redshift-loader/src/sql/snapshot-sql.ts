import { createTableSql, quoteIdentifier, quoteTable } from '@tidemark/ddl-optimizer';
import type { StagedColumn } from '@tidemark/domain';
import type { Statement } from './statement.ts';

type Table = { readonly schema: string; readonly table: string };

/** A shadow table that COPY fills: the staged columns with their staged types. */
export function createShadowSql(shadow: Table, columns: readonly StagedColumn[]): string {
  return createTableSql(shadow, columns.map(({ target: _target, ...column }) => column), { keys: [] });
}

/**
 * A shadow table that will take the target's name: types, NOT NULL, defaults, distribution and sort keys are the target's.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
 */
export function createShadowLikeSql(shadow: Table, target: Table): string {
  return `CREATE TABLE ${quoteTable(shadow)} (LIKE ${quoteTable(target)} INCLUDING DEFAULTS)`;
}

export function dropShadowSql(shadow: Table): string {
  return `DROP TABLE ${quoteTable(shadow)}`;
}

/** What the ledger has of a snapshot set: its batches, the rows that went into the shadow table, the rows that were set aside. */
export function readSnapshotSql(ledger: Table, epoch: number, snapshotId: string): Statement {
  return {
    text: `SELECT COUNT(*) AS batches, SUM("rows_copied") AS rows_copied, SUM("rows_quarantined") AS rows_quarantined FROM ${quoteTable(ledger)} WHERE "kind" = 'batch' AND "epoch" = $1::BIGINT AND "snapshot_id" = $2::VARCHAR(64)`,
    values: [epoch, snapshotId],
  };
}

/** The shadow takes the target's name. The old table keeps another one until it is dropped, in the same transaction. */
export function renameSwapSql(shadow: Table, target: Table, retired: string): readonly string[] {
  return [
    `ALTER TABLE ${quoteTable(target)} RENAME TO ${quoteIdentifier(retired)}`,
    `ALTER TABLE ${quoteTable(shadow)} RENAME TO ${quoteIdentifier(target.table)}`,
    `DROP TABLE ${quoteTable({ schema: target.schema, table: retired })}`,
  ];
}
