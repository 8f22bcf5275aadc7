import type { LedgerHead, StoredManifest, StoredWatermark, TableTask, WatermarkDocument } from '@tidemark/domain';
import { SyncError } from './errors.ts';
import type { TargetState, TargetTable } from './ports.ts';

/** What the watermark and the ledger say together. */
export interface Standing {
  /** The epoch to work in. */
  readonly epoch: number;
  /** Newest batch that is committed in Redshift, by the ledger where it can be asked. */
  readonly loadedSeq: number;
}

/**
 * Holds the watermark against the ledger: within an epoch the ledger is the truth and the watermark a cache that may lag.
 *
 * @param target null when Redshift is not asked
 * @throws SyncError STATE_… for everything that a crash of Tidemark cannot have left behind
 */
export function reconcile(task: TableTask, stored: StoredWatermark | null, target: TargetState | null): Standing {
  const ledger = target?.ledger ?? null;
  if (stored === null) return withoutWatermark(task, ledger);
  const { document } = stored;
  if (target === null) return { epoch: document.epoch, loadedSeq: document.loaded_through.seq };
  refuseOtherTable(task, document, target);
  if (ledger === null) {
    if (document.loaded_through.seq > 0) throw ahead(task, document, 0);
    return { epoch: document.epoch, loadedSeq: 0 };
  }
  if (ledger.epoch > document.epoch) {
    throw new SyncError('STATE_EPOCH_BEHIND', {
      message: `${task.table}: the watermark is of epoch ${document.epoch}, the load ledger of ${task.target} is at epoch ${ledger.epoch}.`,
      details: { watermarkEpoch: document.epoch, ledgerEpoch: ledger.epoch },
    });
  }
  if (ledger.epoch < document.epoch) return { epoch: document.epoch, loadedSeq: 0 };
  if (document.loaded_through.seq > ledger.seq) throw ahead(task, document, ledger.seq);
  return { epoch: document.epoch, loadedSeq: ledger.seq };
}

/**
 * Holds the manifests after the watermark's loaded batch against the watermark and the ledger: all three are of one history.
 *
 * @param ledger null when Redshift is not asked, or has none
 * @throws SyncError STATE_NO_WATERMARK, STATE_OTHER_CHAIN
 */
export function refuseForeignManifests(task: TableTask, document: WatermarkDocument, manifests: readonly StoredManifest[], ledger: LedgerHead | null): void {
  const { epoch, loaded_through: loaded } = document;
  const first = manifests[0]?.manifest;
  // The mark is durable before the first batch: changes since then would be missed if another one were fixed now.
  if (first !== undefined && document.phase === 'first_load' && document.first_load_mark === null) {
    throw new SyncError('STATE_NO_WATERMARK', {
      message: `${task.table}: batches of epoch ${epoch} are staged, from batch ${first.seq} on, and the watermark has not begun; the one that they belong to is gone.`,
      details: { epoch, seq: first.seq, runId: first.run_id },
    });
  }
  if (first !== undefined && first.seq === loaded.seq + 1 && first.previous_manifest_sha256 !== loaded.manifest_sha256) {
    throw new SyncError('STATE_OTHER_CHAIN', {
      message: `${task.table}: batch ${first.seq} of epoch ${epoch} follows another batch ${loaded.seq} than the one that the watermark has as loaded.`,
      details: { epoch, seq: first.seq, follows: first.previous_manifest_sha256, loaded: loaded.manifest_sha256 },
    });
  }
  if (ledger === null || ledger.epoch !== epoch || ledger.seq === 0) return;
  const known = ledger.seq === loaded.seq ? loaded.manifest_sha256 : manifests.find(({ manifest }) => manifest.seq === ledger.seq)?.sha256;
  if (known !== undefined && known !== ledger.manifestSha256) {
    throw new SyncError('STATE_OTHER_CHAIN', {
      message: `${task.table}: the load ledger of ${task.target} has another batch ${ledger.seq} of epoch ${epoch} than the one in S3.`,
      details: { epoch, seq: ledger.seq, ledger: ledger.manifestSha256, found: known },
    });
  }
}

/**
 * Refuses to go on, in either stage, while batches wait for another target table: they load there or nowhere.
 * @throws SyncError STATE_STAGED_ELSEWHERE
 */
export function refuseStagedElsewhere(task: TableTask, { schema, table, workSchema }: TargetTable, waiting: readonly StoredManifest[]): void {
  for (const { manifest: { seq, epoch, frozen } } of waiting) {
    if (frozen.target.schema === schema && frozen.target.table === table && frozen.target.work_schema === workSchema) continue;
    throw new SyncError('STATE_STAGED_ELSEWHERE', {
      message: `${task.table}: batch ${seq} of epoch ${epoch} was staged for ${frozen.target.schema}.${frozen.target.table} with its ledger in ${frozen.target.work_schema}; the target is ${schema}.${table} with its ledger in ${workSchema} now.`,
      details: { epoch, seq, stagedFor: frozen.target, configured: { schema, table, work_schema: workSchema } },
    });
  }
}

function withoutWatermark(task: TableTask, ledger: LedgerHead | null): Standing {
  if (ledger !== null && (ledger.seq > 0 || ledger.epoch > 1)) {
    throw new SyncError('STATE_NO_WATERMARK', {
      message: `${task.table}: the load ledger of ${task.target} is at epoch ${ledger.epoch}, batch ${ledger.seq}, and there is no watermark.`,
      details: { ledgerEpoch: ledger.epoch, ledgerSeq: ledger.seq },
    });
  }
  return { epoch: ledger?.epoch ?? 1, loadedSeq: 0 };
}

function refuseOtherTable(task: TableTask, document: WatermarkDocument, target: TargetState): void {
  // A table that was built anew has another oid; the ledger, which was set to it in that transaction, says that its rows are those.
  const { ledger } = target;
  const wasRebuilt = ledger !== null && ledger.epoch === document.epoch && ledger.seq > 0 && ledger.targetOid === target.tableOid;
  if (document.target_oid === null || document.target_oid === target.tableOid || wasRebuilt) return;
  throw new SyncError('STATE_OTHER_TARGET', {
    message: `${task.table}: the watermark was written for the target table with oid ${document.target_oid}; ${target.tableOid === null ? 'the table does not exist now' : `it has oid ${target.tableOid} now`}.`,
    details: { expectedOid: document.target_oid, foundOid: target.tableOid },
  });
}

function ahead(task: TableTask, document: WatermarkDocument, ledgerSeq: number): SyncError {
  return new SyncError('STATE_WATERMARK_AHEAD', {
    message: `${task.table}: the watermark says that batch ${document.loaded_through.seq} of epoch ${document.epoch} is loaded; the load ledger of ${task.target} ends at batch ${ledgerSeq}.`,
    details: { watermarkSeq: document.loaded_through.seq, ledgerSeq },
  });
}
