import { SyncError } from '../errors.ts';
import type { SyncPorts } from '../ports.ts';
import { beginEpoch, refuseDuplicates, type StateChange } from './begin-epoch.ts';
import { loadPreserved } from './load-preserved.ts';
import type { EpochRequest } from './state-request.ts';
import { underLease } from './under-lease.ts';

export interface ResetRequest extends EpochRequest {
  /** Also over a document of a newer version, and over another table's. */
  readonly isForced: boolean;
}

/**
 * Begins a new epoch from nothing: the next sync reads the table anew, and batches of older epochs never load. Works whatever stands in the
 * watermark's place, nothing and a corrupt document included. Takes the lease. Durable on return.
 *
 * @throws SyncError STATE_NOT_OURS, STATE_WOULD_DUPLICATE
 */
export async function resetWatermark(request: ResetRequest, ports: SyncPorts): Promise<StateChange> {
  return underLease(request, ports, async (found) => {
    const { watermark } = found;
    if (watermark.kind === 'unreadable' && watermark.error.code !== 'WATERMARK_CORRUPT' && !request.isForced) {
      throw new SyncError('STATE_NOT_OURS', { message: watermark.error.message, remedy: [...watermark.error.remedy, 'If the object is of no use to anybody, begin anew over it: tidemark watermark reset --force.'], details: watermark.error.details, cause: watermark.error });
    }
    const state = await loadPreserved(request, found);
    refuseDuplicates(request, state, true);
    return beginEpoch(request, state, { position: null });
  });
}
