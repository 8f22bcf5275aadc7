import type { LedgerHead } from '@tidemark/domain';
import { LoaderError } from '../errors.ts';
import type { RedshiftSession, TargetTable } from '../ports.ts';
import { LEDGER_FORMAT, readBatchesSql, readHeadSql } from '../sql/ledger-sql.ts';
import { ledgerTable } from './ledger-table.ts';

/** The ledger's head with what only fencing needs. */
export interface FencedHead extends LedgerHead {
  /** The newest fence; null before the first. */
  readonly fence: { readonly epoch: number; readonly generation: number; readonly runId: string } | null;
}

/** A batch row that the ledger has. */
export interface LedgerBatch {
  readonly seq: number;
  readonly batchId: string;
  readonly manifestSha256: string;
  readonly rowsCopied: number;
  readonly rowsInserted: number;
  readonly rowsDeleted: number;
  readonly targetOid: string;
}

type Row = Readonly<Record<string, unknown>>;

function integer(row: Row, column: string): number {
  const value = Number(row[column]);
  if (Number.isSafeInteger(value)) return value;
  throw new LoaderError('LEDGER_FORMAT', { message: `The ledger's column ${column} holds ${JSON.stringify(row[column] ?? null)}, which is no number.`, details: { column } });
}

const text = (row: Row, column: string): string | null => (row[column] === null || row[column] === undefined ? null : String(row[column]));

function refuseNewer(rows: readonly Row[], target: TargetTable): void {
  const version = Math.max(0, ...rows.map((row) => integer(row, 'format_version')));
  if (version <= LEDGER_FORMAT) return;
  throw new LoaderError('LEDGER_FORMAT', {
    message: `The ledger of ${target.schema}.${target.table} has format ${version}; this version knows ${LEDGER_FORMAT}.`,
    details: { schema: target.schema, table: target.table, version },
  });
}

/**
 * Reads the head of a ledger that exists; null when it has no row. Under the ledger's lock nothing can change it.
 * @throws LoaderError `LEDGER_FORMAT`
 */
export async function readHead(session: RedshiftSession, target: TargetTable): Promise<FencedHead | null> {
  const { rows } = await session.query(readHeadSql(ledgerTable(target)));
  if (rows.length === 0) return null;
  refuseNewer(rows, target);
  const fence = rows.find((row) => row.kind === 'fence');
  const batch = rows.find((row) => row.kind === 'batch');
  const epoch = Math.max(...rows.map((row) => integer(row, 'epoch')));
  const current = batch !== undefined && integer(batch, 'epoch') === epoch ? batch : undefined;
  return {
    epoch,
    seq: current === undefined ? 0 : integer(current, 'seq'),
    generation: Math.max(...rows.map((row) => integer(row, 'generation'))),
    owner: text(fence ?? batch!, 'owner')!,
    manifestSha256: current === undefined ? null : text(current, 'manifest_sha256'),
    sourceId: text(fence ?? batch!, 'source_uuid'),
    targetOid: current === undefined ? null : text(current, 'target_oid'),
    fence: fence === undefined ? null : { epoch: integer(fence, 'epoch'), generation: integer(fence, 'generation'), runId: text(fence, 'run_id')! },
  };
}

/** Reads the batches of an epoch between two sequence numbers, in order. */
export async function readBatches(session: RedshiftSession, target: TargetTable, epoch: number, firstSeq: number, lastSeq: number): Promise<readonly LedgerBatch[]> {
  const { text: sql, values } = readBatchesSql(ledgerTable(target), epoch, firstSeq, lastSeq);
  const { rows } = await session.query(sql, values);
  return rows.map((row) => ({
    seq: integer(row, 'seq'),
    batchId: text(row, 'batch_id') ?? '',
    manifestSha256: text(row, 'manifest_sha256') ?? '',
    rowsCopied: integer(row, 'rows_copied'),
    rowsInserted: integer(row, 'rows_inserted'),
    rowsDeleted: integer(row, 'rows_deleted'),
    targetOid: text(row, 'target_oid') ?? '',
  }));
}
