import type { TableTask } from '@tidemark/domain';
import type { SyncPorts, TargetTable } from './ports.ts';

/** One batch of the current epoch. */
export interface BatchView {
  readonly batchId: string;
  readonly epoch: number;
  readonly seq: number;
  readonly state: 'loaded' | 'awaiting load';
  readonly advances: boolean;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly stagedAt: string;
  readonly runId: string;
}

/**
 * The batches of a table's current epoch, in order. What is loaded is told by the ledger, or by the watermark where Redshift is not asked.
 */
export async function listBatches(task: TableTask, target: TargetTable, ports: Pick<SyncPorts, 'watermarks' | 'manifests' | 'target'>): Promise<readonly BatchView[]> {
  const stored = await ports.watermarks.read(task);
  if (stored === null) return [];
  const { epoch, loaded_through } = stored.document;
  const ledger = ports.target === null ? null : (await ports.target.inspect(task, target)).ledger;
  const loadedSeq = ports.target === null ? loaded_through.seq : ledger?.epoch === epoch ? ledger.seq : 0;
  const manifests = await ports.manifests.list(task, epoch, 0);
  return manifests.map(({ manifest }) => ({
    batchId: manifest.batch_id,
    epoch,
    seq: manifest.seq,
    state: manifest.seq <= loadedSeq ? 'loaded' : 'awaiting load',
    advances: manifest.advances,
    rows: manifest.counts.rows,
    files: manifest.parts.length,
    bytes: manifest.counts.bytes,
    stagedAt: manifest.batch_ts,
    runId: manifest.run_id,
  }));
}
