import { quoteIdentifier } from '@tidemark/ddl-optimizer';
import type { LoadReceipt, LoadedBatch, SnapshotOutcome, StagedColumn } from '@tidemark/domain';
import { changeTarget } from './apply/change-target.ts';
import { copyGroup } from './copy/copy-group.ts';
import type { CopyAuthorizationSource } from './copy/copy-authorization.ts';
import { LoaderError } from './errors.ts';
import { checkGeneration, checkOwner, epochConflict } from './ledger/ledger-guards.ts';
import { ledgerOwner, ledgerTable } from './ledger/ledger-table.ts';
import { readBatches, readHead, type FencedHead } from './ledger/read-ledger.ts';
import { checkFollows, checkGroup, isLoaded, loadedBatches, type LoadGroup } from './load-guards.ts';
import { MODES, type ModeResult, type StagedGroup } from './modes/mode-loader.ts';
import type { LoadRequest, RedshiftSession } from './ports.ts';
import { judgeFailure } from './session/failure.ts';
import { runTransaction, type TransactionEnvironment } from './session/run-transaction.ts';
import { insertLedgerSql, lockLedgerSql, type LedgerEntry } from './sql/ledger-sql.ts';
import { loadSnapshot } from './snapshot/load-snapshot.ts';
import { sweepShadows } from './snapshot/sweep-shadows.ts';
import { findTarget, type FoundTarget } from './table/find-target.ts';

/** The session's staging table. A temporary table shadows permanent ones of its name, hence a name that nobody uses. */
const STAGE = 'tidemark_stage';

export interface LoadEnvironment extends TransactionEnvironment {
  readonly copyAuthorization: CopyAuthorizationSource;
}

async function lockLedger(session: RedshiftSession, request: LoadRequest): Promise<FencedHead> {
  const { target } = request;
  const missing = (): LoaderError => new LoaderError('LEDGER_MISSING', { message: `There is no load ledger for ${target.schema}.${target.table} in ${target.workSchema}.`, details: { schema: target.schema, table: target.table, workSchema: target.workSchema } });
  try {
    await session.query(lockLedgerSql(ledgerTable(target)));
  } catch (error) {
    if (judgeFailure(error).kind === 'missing_relation') throw missing();
    throw error;
  }
  const head = await readHead(session, target);
  if (head === null) throw missing();
  return head;
}

/** What the group did to the target and the ledger. */
interface Applied extends ModeResult {
  readonly targetOid: string;
  /** False for batches that were recorded without being read. */
  readonly hasCopied: boolean;
  readonly snapshot?: SnapshotOutcome;
}

/** The staged columns, cast where the target has another type that holds them. */
function targetColumns({ prepared }: LoadRequest, { columns }: LoadGroup): readonly StagedColumn[] {
  return columns.map((column) => {
    const target = prepared?.casts[column.name];
    return target === undefined || column.target !== undefined ? column : { ...column, target };
  });
}

/**
 * Columns that the source has no more. They are part of the staging table and of no file, so they are NULL there; left out of the
 * INSERT they would get the default that they once were added with.
 */
function nullColumns({ prepared }: LoadRequest, group: LoadGroup): readonly StagedColumn[] {
  const { mode } = group.first.manifest.frozen;
  return mode === 'append' || mode === 'merge' ? (prepared?.nulls ?? []) : [];
}

function stagedGroup(request: LoadRequest, group: LoadGroup, found: FoundTarget): StagedGroup {
  const { scd2 } = group.first.manifest.frozen;
  const columns = targetColumns(request, group);
  const named = (of: readonly StagedColumn[]): readonly StagedColumn[] => of.map(({ name }) => columns.find((column) => column.name === name)!);
  const nulls = nullColumns(request, group);
  return {
    target: request.target, stage: quoteIdentifier(STAGE), rowCount: group.expectedRows, batchCount: group.manifests.length, columns: [...columns, ...nulls], keys: named(group.keys), versionColumns: named(group.versionColumns),
    advances: group.advances, opensEpoch: group.first.manifest.seq === 1, targetHasMoreColumns: found.columnCount > columns.length + nulls.length, dedupeTarget: request.dedupeTarget === true,
    scd2, isCompleteSet: false, setTime: group.last.manifest.batch_ts.replace('T', ' ').replace(/Z|\+00:00$/, ''),
  };
}

async function copyAndApply(session: RedshiftSession, environment: LoadEnvironment, request: LoadRequest, group: LoadGroup, found: FoundTarget): Promise<Applied> {
  const staged = stagedGroup(request, group, found);
  if (group.shadowed !== null) {
    const { outcome, ...result } = await loadSnapshot({ session, environment, request, group, staged, found, snapshot: group.shadowed });
    return { ...result, snapshot: outcome };
  }
  // A reading that goes on without a set has left its sets behind; a range that is only read once more has not.
  if (group.advances) await sweepShadows(session, found.shadows, []);
  // An empty COPY manifest is an error: https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
  if (group.partCount === 0) return { rowsInserted: 0, rowsDeleted: 0, targetOid: found.oid, hasCopied: true };
  const { target, copyManifestUrl: manifestUrl } = request;
  await copyGroup(session, STAGE, { target, columns: group.columns, nulls: nullColumns(request, group), manifestUrl, expectedRows: group.expectedRows }, environment.copyAuthorization);
  const result = await changeTarget(session, group, () => MODES[group.first.manifest.frozen.mode](session, staged));
  return { ...result, targetOid: found.oid, hasCopied: true };
}

/** What each batch did. The group is applied as one, so its inserted and deleted rows stand at its last batch. */
function share(group: LoadGroup, { rowsInserted, rowsDeleted, hasCopied }: Applied): readonly LoadedBatch[] {
  return group.manifests.map((stored) => {
    const isLast = stored === group.last;
    const { batch_id: batchId, seq, counts } = stored.manifest;
    return { batchId, seq, rowsCopied: hasCopied ? counts.rows : 0, rowsInserted: isLast ? rowsInserted : 0, rowsDeleted: isLast ? rowsDeleted : 0 };
  });
}

function ledgerEntries(request: LoadRequest, group: LoadGroup, head: FencedHead, targetOid: string, batches: readonly LoadedBatch[]): readonly LedgerEntry[] {
  const json = (position: unknown): string | null => (position === null ? null : JSON.stringify(position));
  return group.manifests.map(({ manifest, key, sha256 }, index) => ({
    kind: 'batch',
    epoch: manifest.epoch,
    seq: manifest.seq,
    batch_id: manifest.batch_id,
    generation: request.generation,
    owner: ledgerOwner(request.task),
    range_after: json(manifest.range.after),
    range_upto: json(manifest.range.up_to),
    manifest_key: key,
    manifest_sha256: sha256,
    rows_copied: batches[index]!.rowsCopied,
    rows_inserted: batches[index]!.rowsInserted,
    rows_deleted: batches[index]!.rowsDeleted,
    rows_quarantined: manifest.counts.quarantined,
    snapshot_id: group.shadowed?.id ?? null,
    target_oid: targetOid,
    source_uuid: head.sourceId,
    run_id: request.runId,
  }));
}

/**
 * Loads a group of batches in one transaction in one session.
 *
 * If the process dies here, right after
 * - BEGIN, LOCK ledger, reading it: nothing happened; Redshift ends the session and the lock goes with it.
 * - CREATE TEMP TABLE, COPY, the count check: the staging table goes with the session; the target was not touched.
 * - the shadow table of a snapshot set, created, filled, renamed or dropped: all of it is rolled back with the session.
 * - the statements of the mode, INSERT into the ledger: not committed, so readers never saw them; rolled back with the session.
 * - sending COMMIT: it happened or it did not, rows and ledger rows together (I2). The next load takes the ledger's lock, which
 *   waits for that session's end, and reads there what happened (I3).
 * - COMMIT: rows and ledger rows are durable; the watermark follows when the next run compares it with the ledger.
 * The one permanent work table is the shadow table of a snapshot set; it changes only together with the ledger.
 *
 * @throws LoaderError see `RedshiftTarget.load`
 */
export async function loadGroup(environment: LoadEnvironment, request: LoadRequest): Promise<LoadReceipt> {
  const { target, generation } = request;
  const group = checkGroup(request);
  const startedAt = performance.now();

  const receipt = await runTransaction<LoadReceipt>(environment, { purpose: 'load', target }, {
    work: async (session, attempt) => {
      const head = await lockLedger(session, request);
      const claim = { ...request, epoch: group.epoch };
      checkOwner(head, claim);
      checkGeneration(head, claim);
      if (group.epoch !== head.epoch) throw epochConflict(head, claim);
      const loaded = await readBatches(session, target, group.epoch, group.first.manifest.seq, group.last.manifest.seq);
      if (isLoaded(group, loaded)) {
        return { commit: false, value: () => ({ batches: loadedBatches(loaded), targetOid: loaded.at(-1)!.targetOid, statementCount: attempt.statementCount(), wasAlreadyLoaded: !attempt.mayHaveCommitted }) };
      }
      checkFollows(group, head);
      const applied = await copyAndApply(session, environment, request, group, await findTarget(session, request, head));
      const { targetOid, snapshot } = applied;
      const batches = share(group, applied);
      for (const { text, values } of insertLedgerSql(ledgerTable(target), ledgerEntries(request, group, head, targetOid, batches))) await session.query(text, values);
      return { commit: true, value: () => ({ batches, targetOid, statementCount: attempt.statementCount(), wasAlreadyLoaded: false, ...(snapshot === undefined ? {} : { snapshot }) }) };
    },
  });
  environment.logger.info({
    schema: target.schema, table: target.table, epoch: group.epoch, firstSeq: group.first.manifest.seq, lastSeq: group.last.manifest.seq, generation, runId: request.runId,
    rowCount: group.expectedRows, wasAlreadyLoaded: receipt.wasAlreadyLoaded, durationMs: Math.round(performance.now() - startedAt),
  }, 'group loaded');
  return receipt;
}
