import type { StoredManifest } from '@tidemark/domain';
import { SyncError } from '../errors.ts';
import type { SyncPorts } from '../ports.ts';
import { beginEpoch, refuseRereading, type StateChange } from './begin-epoch.ts';
import { keptFields, settledState, startAfterLoaded, type SettledState } from './settled-state.ts';
import type { EpochRequest } from './state-request.ts';
import { underLease } from './under-lease.ts';

export interface DiscardRequest extends EpochRequest {
  /** The batch that cannot be loaded; null means the one that is loaded next. */
  readonly batchId: string | null;
  /** True gives the batch's rows up for good; false has them read again. */
  readonly isWrittenOff: boolean;
}

export interface Discard extends StateChange {
  readonly batch: StoredManifest;
  /** Rows that nobody will load; 0 unless the batch is written off. */
  readonly rowsWrittenOff: number;
  /** Dropped batches that re-read a range on request: that reading has to be asked for again. */
  readonly droppedBackfills: readonly StoredManifest[];
}

/**
 * The way out of a batch that cannot be loaded. A new epoch begins where the loaded rows end, so that everything staged after them is read
 * again; or, where the batch is written off, where that batch ends. Takes the lease. Durable on return.
 *
 * @throws SyncError STATE_BATCH_UNKNOWN, STATE_BATCH_LOADED, STATE_BATCH_NOT_FIRST
 */
export async function discardBatches(request: DiscardRequest, ports: SyncPorts): Promise<Discard> {
  return underLease(request, ports, async (state) => {
    const settled = await settledState(request, state);
    const batch = chosenBatch(request, settled);
    const { document, waiting } = request.isWrittenOff ? without(settled, batch, request) : settled;
    const start = startAfterLoaded(document, waiting);
    refuseRereading(request, state, document, start);
    const change = await beginEpoch(request, state, { ...keptFields(document), ...start });
    return { ...change, batch, rowsWrittenOff: request.isWrittenOff ? batch.manifest.counts.rows : 0, droppedBackfills: settled.waiting.filter(({ manifest }) => !manifest.advances && manifest !== (request.isWrittenOff ? batch.manifest : null)) };
  });
}

function chosenBatch({ task, batchId }: DiscardRequest, { document, waiting }: SettledState): StoredManifest {
  const found = batchId === null ? waiting[0] : waiting.find(({ manifest }) => manifest.batch_id === batchId);
  if (found !== undefined) return found;
  const loadedSeq = document.loaded_through.seq;
  if (batchId !== null && isLoadedId(batchId, document.epoch, loadedSeq)) throw new SyncError('STATE_BATCH_LOADED', { message: `${batchId} of ${task.table} is loaded: the ledger ends at batch ${loadedSeq}.`, details: { batchId, loadedSeq } });
  throw new SyncError('STATE_BATCH_UNKNOWN', {
    message: batchId === null ? `${task.table} has no batch that waits to be loaded.` : `${task.table} has no batch ${batchId} that waits to be loaded; ${waiting.length === 0 ? 'none waits' : `these wait: ${waiting.map(({ manifest }) => manifest.batch_id).join(', ')}`}.`,
    details: { batchId, waiting: waiting.map(({ manifest }) => manifest.batch_id) },
  });
}

function isLoadedId(batchId: string, epoch: number, loadedSeq: number): boolean {
  const [foundEpoch, seq] = batchId.split('-').map(Number);
  return foundEpoch === epoch && seq !== undefined && seq <= loadedSeq;
}

/** As if the batch were loaded. */
function without({ document, waiting }: SettledState, { manifest, sha256 }: StoredManifest, { task }: DiscardRequest): SettledState {
  if (manifest.seq !== document.loaded_through.seq + 1) {
    throw new SyncError('STATE_BATCH_NOT_FIRST', { message: `${manifest.batch_id} of ${task.table} waits behind batch ${document.loaded_through.seq + 1}.`, details: { batchId: manifest.batch_id, nextSeq: document.loaded_through.seq + 1 } });
  }
  const position = manifest.advances ? manifest.range.up_to : document.loaded_through.position;
  return { document: { ...document, loaded_through: { seq: manifest.seq, position, manifest_sha256: sha256 } }, waiting: waiting.slice(1) };
}
