import type { LedgerHead, StoredWatermark, TableTask, WatermarkDocument } from '@tidemark/domain';
import { SyncError } from './errors.ts';
import type { TargetState } from './ports.ts';

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
  if (document.target_oid === null || document.target_oid === target.tableOid) return;
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
