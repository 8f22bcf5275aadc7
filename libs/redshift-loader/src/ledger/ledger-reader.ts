import { silentLogger } from '@tidemark/domain';
import type { SessionOpener, TargetTable } from '../ports.ts';
import { DEFAULT_RETRY, type RetryPolicy } from '../session/retry-policy.ts';
import { runTransaction } from '../session/run-transaction.ts';
import { listLedgerSql } from '../sql/ledger-sql.ts';
import { findRelation } from '../table/find-relation.ts';
import { ledgerTable } from './ledger-table.ts';

/** A ledger row for people; ranges are JSON of positions. */
export interface LedgerRow {
  readonly kind: 'fence' | 'batch';
  readonly epoch: number;
  readonly seq: number;
  readonly batchId: string | null;
  readonly generation: number;
  readonly owner: string;
  readonly rangeAfter: string | null;
  readonly rangeUpTo: string | null;
  readonly manifestKey: string | null;
  readonly manifestSha256: string | null;
  readonly rowsCopied: number;
  readonly rowsInserted: number;
  readonly rowsDeleted: number;
  readonly rowsQuarantined: number;
  readonly runId: string;
  /** UTC, as Redshift writes it. */
  readonly committedAt: string;
}

export interface LedgerReader {
  /** Every row of a target table's ledger, newest first; empty when there is no ledger. Changes and locks nothing. */
  list(target: TargetTable): Promise<readonly LedgerRow[]>;
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : value instanceof Date ? value.toISOString() : String(value));

/** Reads load ledgers for listings. */
export function createLedgerReader({ openSession, retry = DEFAULT_RETRY }: { readonly openSession: SessionOpener; readonly retry?: RetryPolicy }): LedgerReader {
  return {
    list: (target) => runTransaction({ openSession, retry, logger: silentLogger }, { purpose: 'list', target }, {
      work: async (session) => {
        const ledger = ledgerTable(target);
        const rows = (await findRelation(session, ledger)) === null ? [] : (await session.query(listLedgerSql(ledger))).rows;
        const listed = rows.map((row): LedgerRow => ({
          kind: row.kind === 'fence' ? 'fence' : 'batch',
          epoch: Number(row.epoch),
          seq: Number(row.seq),
          batchId: text(row.batch_id),
          generation: Number(row.generation),
          owner: String(row.owner),
          rangeAfter: text(row.range_after),
          rangeUpTo: text(row.range_upto),
          manifestKey: text(row.manifest_key),
          manifestSha256: text(row.manifest_sha256),
          rowsCopied: Number(row.rows_copied),
          rowsInserted: Number(row.rows_inserted),
          rowsDeleted: Number(row.rows_deleted),
          rowsQuarantined: Number(row.rows_quarantined),
          runId: String(row.run_id),
          committedAt: text(row.committed_at) ?? '',
        }));
        return { commit: false, value: () => listed };
      },
    }),
  };
}
