import type { ResolvedTable } from '@tidemark/config';
import { isTidemarkError } from '@tidemark/domain';
import type { SyncPorts, TargetTable } from './ports.ts';
import { resetWatermark } from './state/reset-watermark.ts';
import type { SyncRequest } from './sync-request.ts';

/**
 * Takes a target table over whose ledger another pipeline owns: a new epoch begins in it, the former owner is refused from then on, and
 * nothing that it staged loads any more. Does nothing for a table that is the pipeline's own, or nobody's.
 *
 * @throws SyncError STATE_WOULD_DUPLICATE in append mode, where the rows that are there would stand in it twice
 */
export async function adoptTable(request: SyncRequest, table: ResolvedTable, ports: SyncPorts): Promise<boolean> {
  const { settings, runId, signal, surroundings } = request;
  if (ports.target === null) return false;
  const task = { pipeline: settings.pipeline, target: settings.target, table: table.scopedName };
  const target: TargetTable = { schema: table.targetSchema, table: table.targetTable, workSchema: settings.workSchema };
  try {
    await ports.target.inspect(task, target);
    return false;
  } catch (error) {
    if (!isTidemarkError(error) || error.code !== 'LEDGER_OWNED') throw error;
  }
  await resetWatermark({ task, target, mode: table.loadMode, runId, leaseWaitMs: settings.leaseWaitMs, signal, surroundings, isDryRun: false, acceptDuplicates: false, preserve: null, isForced: false, adopt: true }, ports);
  return true;
}
