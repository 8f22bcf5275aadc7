import type { WatermarkDocument } from '@tidemark/domain';
import type { SyncPorts } from '../ports.ts';
import { writeWatermark } from './begin-epoch.ts';
import { settledState, stampOf } from './settled-state.ts';
import type { StateRequest } from './state-request.ts';
import { underLease } from './under-lease.ts';

export interface CountRequest extends StateRequest {
  /** Rows loaded in all sessions. */
  readonly count: number;
}

export interface CountChange {
  readonly before: WatermarkDocument;
  readonly after: WatermarkDocument;
  readonly isDryRun: boolean;
}

/** Corrects how many rows were loaded in all; reading and loading go on as before. Takes the lease. Durable on return. */
export async function setLoadedCount(request: CountRequest, ports: SyncPorts): Promise<CountChange> {
  return underLease(request, ports, async (state) => {
    const { document } = await settledState(request, state);
    const { runId, generation, now } = stampOf(request, state);
    const after = { ...document, redshift_state: { ...document.redshift_state, total_rows: request.count, last_updated: now }, generation, run_id: runId, updated_at: now };
    if (request.isDryRun) return { before: document, after, isDryRun: true };
    return { before: document, after: await writeWatermark(request, state, after), isDryRun: false };
  });
}
