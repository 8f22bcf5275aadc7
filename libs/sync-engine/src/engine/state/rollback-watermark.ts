import type { StoredManifest, WatermarkDocument } from '@tidemark/domain';
import { SyncError } from '../errors.ts';
import type { HistoryRecord, SyncPorts } from '../ports.ts';
import { beginEpoch, refuseDuplicates, type StateChange } from './begin-epoch.ts';
import { loadPreserved } from './load-preserved.ts';
import { keptFields, startAfterLoaded } from './settled-state.ts';
import type { EpochRequest } from './state-request.ts';
import { documentOf, underLease } from './under-lease.ts';

export interface RollbackRequest extends EpochRequest {
  /** The epoch at whose end reading goes on; null undoes what began the current one. */
  readonly toEpoch: number | null;
}

/**
 * Goes back to how far a table was loaded when an earlier epoch ended, as a new epoch. Works over a watermark that cannot be read.
 * Takes the lease. Durable on return.
 *
 * @throws SyncError STATE_NO_HISTORY, STATE_WOULD_DUPLICATE
 */
export async function rollbackWatermark(request: RollbackRequest, ports: SyncPorts): Promise<StateChange> {
  return underLease(request, ports, async (found) => {
    const state = await loadPreserved(request, found);
    const current = documentOf(state.watermark);
    const records = await state.ports.watermarks.history(request.task);
    const ended = endOfEpoch(request, records, current);
    const waiting = await manifestsAfter(request, state.ports, ended);
    refuseDuplicates(request, state, true);
    return beginEpoch(request, state, { ...keptFields(current ?? ended), source_id: ended.source_id, target_oid: ended.target_oid, ...startAfterLoaded(ended, waiting) });
  });
}

/** The watermark as it stood when the epoch ended. */
function endOfEpoch({ task, toEpoch }: RollbackRequest, records: readonly HistoryRecord[], current: WatermarkDocument | null): WatermarkDocument {
  const known = records.flatMap(({ entry }) => (entry.before === null || (current !== null && entry.before.epoch >= current.epoch) ? [] : [entry.before]));
  const wanted = toEpoch ?? Math.max(0, ...known.map(({ epoch }) => epoch));
  const ended = known.filter(({ epoch }) => epoch === wanted).at(-1);
  if (ended !== undefined) return ended;
  const epochs = [...new Set(known.map(({ epoch }) => epoch))];
  throw new SyncError('STATE_NO_HISTORY', {
    message: `${task.table}: ${toEpoch === null ? 'no epoch has ended' : `the history does not have the end of epoch ${toEpoch}`}; ${epochs.length === 0 ? 'there is nothing to go back to' : `it has epoch ${epochs.join(', ')}`}.`,
    details: { toEpoch, known: epochs },
  });
}

/** What was staged and not loaded when the epoch ended; of cleaned or broken chains nothing, which only makes reading begin earlier. */
async function manifestsAfter({ task }: RollbackRequest, ports: SyncPorts, { epoch, loaded_through }: WatermarkDocument): Promise<readonly StoredManifest[]> {
  try {
    return await ports.manifests.list(task, epoch, loaded_through.seq);
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^MANIFEST_/.test(String(error.code))) return [];
    throw error;
  }
}
