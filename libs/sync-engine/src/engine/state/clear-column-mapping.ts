import type { WatermarkDocument } from '@tidemark/domain';
import type { SyncPorts } from '../ports.ts';
import { writeWatermark } from './begin-epoch.ts';
import type { StateRequest } from './state-request.ts';
import { documentOf, underLease } from './under-lease.ts';

/** What forgetting stored names came to. */
export interface MappingChange {
  /** Source name to name in Redshift, as it was. */
  readonly before: Readonly<Record<string, string>>;
  readonly isDryRun: boolean;
}

/**
 * Forgets the names that a table's columns have had, so that the configuration and the rule name them in the next run, which renames
 * the target's columns by schema_contract. Takes the lease. Durable on return; may be repeated.
 */
export async function clearColumnMapping(request: StateRequest, ports: SyncPorts): Promise<MappingChange> {
  return underLease(request, ports, async (state) => {
    const document = documentOf(state.watermark);
    const before = document?.column_mapping ?? {};
    if (document === null || request.isDryRun || Object.keys(before).length === 0) return { before, isDryRun: request.isDryRun };
    const next: WatermarkDocument = { ...document, column_mapping: {}, generation: state.lease.generation, write_id: request.surroundings.newWriteId(), run_id: request.runId, updated_at: request.surroundings.now().toISOString() };
    await writeWatermark(request, state, next);
    return { before, isDryRun: false };
  });
}
