import { quoteIdentifier, quoteTable } from '@tidemark/ddl-optimizer';
import type { Statement } from './statement.ts';

/** The version of the row layout below. */
export const LEDGER_FORMAT = 1;

type LedgerTable = { readonly schema: string; readonly table: string };

/** Columns with their types, in order; `committed_at` is filled by the statement. */
const COLUMNS = {
  format_version: 'SMALLINT NOT NULL',
  kind: 'VARCHAR(8) NOT NULL',
  epoch: 'BIGINT NOT NULL',
  seq: 'BIGINT NOT NULL',
  batch_id: 'VARCHAR(64)',
  generation: 'BIGINT NOT NULL',
  owner: 'VARCHAR(1024) NOT NULL',
  range_after: 'VARCHAR(16384)',
  range_upto: 'VARCHAR(16384)',
  manifest_key: 'VARCHAR(1024)',
  manifest_sha256: 'VARCHAR(64)',
  rows_copied: 'BIGINT NOT NULL',
  rows_inserted: 'BIGINT NOT NULL',
  rows_deleted: 'BIGINT NOT NULL',
  rows_quarantined: 'BIGINT NOT NULL',
  snapshot_id: 'VARCHAR(64)',
  target_oid: 'VARCHAR(20)',
  source_uuid: 'VARCHAR(256)',
  run_id: 'VARCHAR(64) NOT NULL',
  committed_at: 'TIMESTAMP NOT NULL',
} as const;

/** One row as it is written. */
export interface LedgerEntry {
  readonly kind: 'fence' | 'batch';
  readonly epoch: number;
  /** 0 for a fence. */
  readonly seq: number;
  readonly batch_id: string | null;
  readonly generation: number;
  readonly owner: string;
  /** JSON of a position. */
  readonly range_after: string | null;
  /** JSON of a position. */
  readonly range_upto: string | null;
  readonly manifest_key: string | null;
  readonly manifest_sha256: string | null;
  readonly rows_copied: number;
  readonly rows_inserted: number;
  readonly rows_deleted: number;
  readonly rows_quarantined: number;
  /** The snapshot set that the batch belongs to. */
  readonly snapshot_id: string | null;
  readonly target_oid: string | null;
  readonly source_uuid: string | null;
  readonly run_id: string;
}

const WRITTEN = (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).filter((column) => column !== 'committed_at');
const list = (columns: readonly string[]): string => columns.map((column) => quoteIdentifier(column)).join(', ');

export function createLedgerSql(ledger: LedgerTable): string {
  const lines = Object.entries(COLUMNS).map(([column, type]) => `  ${quoteIdentifier(column)} ${type}`);
  return `CREATE TABLE ${quoteTable(ledger)} (\n${lines.join(',\n')}\n)`;
}

/**
 * Waits for every other transaction on the ledger. It stands before the first read: the snapshot is taken there.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html
 */
export function lockLedgerSql(ledger: LedgerTable): string {
  return `LOCK TABLE ${quoteTable(ledger)}`;
}

/** The newest fence row and the newest batch row. */
export function readHeadSql(ledger: LedgerTable): string {
  const columns = list(['kind', 'format_version', 'epoch', 'seq', 'batch_id', 'generation', 'owner', 'manifest_sha256', 'source_uuid', 'target_oid', 'run_id']);
  return `SELECT ${columns} FROM (SELECT ${columns}, ROW_NUMBER() OVER (PARTITION BY "kind" ORDER BY "epoch" DESC, "seq" DESC, "generation" DESC) AS "newest" FROM ${quoteTable(ledger)}) AS "ranked" WHERE "newest" = 1`;
}

/** The batch rows of an epoch between two sequence numbers, in order. */
export function readBatchesSql(ledger: LedgerTable, epoch: number, firstSeq: number, lastSeq: number): Statement {
  return {
    text: `SELECT ${list(['seq', 'batch_id', 'manifest_sha256', 'rows_copied', 'rows_inserted', 'rows_deleted', 'target_oid'])} FROM ${quoteTable(ledger)} WHERE "kind" = 'batch' AND "epoch" = $1::BIGINT AND "seq" BETWEEN $2::BIGINT AND $3::BIGINT ORDER BY "seq"`,
    values: [epoch, firstSeq, lastSeq],
  };
}

/** Every row, newest first. */
export function listLedgerSql(ledger: LedgerTable): string {
  return `SELECT ${list(Object.keys(COLUMNS))} FROM ${quoteTable(ledger)} ORDER BY "epoch" DESC, "seq" DESC, "generation" DESC`;
}

/** Rows of one INSERT: each binds one value per column, and the protocol counts parameters in 16 bits. */
const ROWS_PER_INSERT = 1_000;

/** One statement for the rows of any usual group, more for very many. */
export function insertLedgerSql(ledger: LedgerTable, entries: readonly LedgerEntry[]): readonly Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < entries.length; from += ROWS_PER_INSERT) statements.push(insertRowsSql(ledger, entries.slice(from, from + ROWS_PER_INSERT)));
  return statements;
}

function insertRowsSql(ledger: LedgerTable, entries: readonly LedgerEntry[]): Statement {
  const values: unknown[] = [];
  const rows = entries.map((entry) => {
    const places = WRITTEN.map((column) => {
      values.push(column === 'format_version' ? LEDGER_FORMAT : entry[column]);
      return `$${values.length}::${COLUMNS[column].replace(' NOT NULL', '')}`;
    });
    return `(${[...places, 'GETDATE()'].join(', ')})`;
  });
  return { text: `INSERT INTO ${quoteTable(ledger)} (${list(Object.keys(COLUMNS))}) VALUES ${rows.join(', ')}`, values };
}
