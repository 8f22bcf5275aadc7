import type { StoredManifest, TableTask } from '@tidemark/domain';
import { SyncError } from '../errors.ts';
import type { SyncPorts, TargetTable } from '../ports.ts';
import { reconcile } from '../reconcile.ts';

/** What watermark, ledger and manifests say of a table together. */
export interface KnownTable {
  readonly epoch: number;
  /** Newest batch that both the ledger and the watermark have as loaded. */
  readonly loadedSeq: number;
  /** Every manifest of the epoch that stands, in order. */
  readonly standing: readonly StoredManifest[];
  /** Newest generation that the ledger has seen; parts of older ones belong to nobody who could still load them. */
  readonly fencedGeneration: number;
}

/**
 * Reads what is known of a table, under its lease. Null when there is no watermark: nothing is known, and nothing may be removed.
 * @throws SyncError STATE_… when the three do not belong together, or a manifest is missing that must be there
 */
export async function readKnown(task: TableTask, target: TargetTable, ports: Pick<SyncPorts, 'watermarks' | 'manifests' | 'target'>): Promise<KnownTable | null> {
  if (ports.target === null) throw new RangeError('housekeeping needs the load ledger');
  const state = await ports.target.inspect(task, target);
  const stored = await ports.watermarks.read(task);
  const { epoch, loadedSeq } = reconcile(task, stored, state);
  if (stored === null) return null;
  const { document } = stored;
  const standing = await ports.manifests.listStanding(task, epoch);
  const newest = standing.at(-1)?.manifest.seq ?? 0;
  const needed = Math.max(document.staged_through.seq, loadedSeq);
  if (newest < needed) {
    throw new SyncError('STATE_MANIFEST_MISSING', {
      message: `${task.table}: batch ${needed} of epoch ${epoch} is known, and the manifests end at batch ${newest}.`,
      details: { epoch, expectedSeq: needed, foundSeq: newest },
    });
  }
  return { epoch, loadedSeq: Math.min(loadedSeq, document.loaded_through.seq), standing, fencedGeneration: state.ledger?.generation ?? 0 };
}
