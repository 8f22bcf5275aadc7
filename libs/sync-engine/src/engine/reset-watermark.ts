import type { TableTask, WatermarkDocument } from '@tidemark/domain';
import { initialWatermark } from '@tidemark/layout';
import type { HeldLease, SyncPorts, TargetTable } from './ports.ts';
import type { RunSurroundings } from './sync-request.ts';

export interface ResetRequest {
  readonly task: TableTask;
  readonly target: TargetTable;
  readonly runId: string;
  readonly leaseWaitMs: number;
  readonly signal: AbortSignal;
  readonly surroundings: RunSurroundings;
}

export interface ResetOutcome {
  readonly before: WatermarkDocument | null;
  readonly after: WatermarkDocument;
}

/**
 * Begins a new epoch from nothing: the next sync reads the table anew, and batches of older epochs never load.
 * Takes the lease. Durable on return: the watermark and a fence of the new epoch in the ledger.
 *
 * If the process dies after the watermark and before the fence, the next sync writes the fence.
 */
export async function resetWatermark(request: ResetRequest, ports: Pick<SyncPorts, 'leases' | 'watermarks' | 'target'>): Promise<ResetOutcome> {
  const { task, runId, surroundings } = request;
  const known = await ports.watermarks.read(task);
  const acquire = (floor: number): Promise<HeldLease> => ports.leases.acquire(task, runId, floor, request.leaseWaitMs, request.signal);
  // The ledger is asked under the lease only: the load of another run locks it.
  let lease = await acquire(known?.document.generation ?? 0);
  try {
    const ledger = (await ports.target?.inspect(task, request.target))?.ledger ?? null;
    if (ledger !== null && ledger.generation >= lease.generation) {
      await lease.release();
      lease = await acquire(ledger.generation);
    }
    const stored = await ports.watermarks.read(task);
    lease.signal.throwIfAborted();
    const epoch = Math.max(stored?.document.epoch ?? 0, ledger?.epoch ?? 0) + 1;
    const fresh = initialWatermark(task, { epoch, generation: lease.generation, runId, writeId: surroundings.newWriteId(), at: surroundings.now() });
    const after = await ports.watermarks.write(task, fresh, stored?.etag ?? null);
    lease.signal.throwIfAborted();
    await ports.target?.fence({ task, target: request.target, epoch, generation: lease.generation, runId, sourceId: null });
    return { before: stored?.document ?? null, after: after.document };
  } finally {
    await lease.release();
  }
}
