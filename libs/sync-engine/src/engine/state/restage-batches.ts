import type { ResolvedTable } from '@tidemark/config';
import type { Logger, SyncEvent, TableResult } from '@tidemark/domain';
import type { SyncPorts } from '../ports.ts';
import type { PipelineSettings } from '../sync-request.ts';
import { syncTable } from '../sync-table.ts';
import { discardBatches, type Discard } from './discard-batches.ts';
import type { EpochRequest } from './state-request.ts';

export interface RestageRequest extends EpochRequest {
  /** The batch whose files are lost or wrong; null means the one that is loaded next. */
  readonly batchId: string | null;
  readonly settings: PipelineSettings;
  readonly table: ResolvedTable;
  readonly logger: Logger;
  readonly emit: (event: SyncEvent) => void;
}

export interface Restage {
  readonly discard: Discard;
  /** What was read and staged anew; null after a dry run. */
  readonly staged: TableResult | null;
}

/**
 * Drops the batches that wait, and reads their rows again from the source into new batches of a new epoch. They are loaded by the next run.
 *
 * If the process dies in between, the next run reads what is missing.
 */
export async function restageBatches(request: RestageRequest, ports: SyncPorts): Promise<Restage> {
  const discard = await discardBatches({ ...request, isWrittenOff: false }, ports);
  if (request.isDryRun) return { discard, staged: null };
  const { runId, settings, table, signal, emit, logger, surroundings } = request;
  const staged = await syncTable({ runId, settings, tables: [table], stages: 'backup-only', limit: null, context: {}, signal, emit, logger, surroundings }, table, { ...ports, target: null });
  return { discard, staged };
}
