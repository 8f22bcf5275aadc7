import { isTidemarkError, type BatchManifest, type LedgerHead, type TableTask } from '@tidemark/domain';
import { SyncError } from './errors.ts';
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

/** The batches of a table, and what could not be asked. */
export interface BatchListing {
  readonly batches: readonly BatchView[];
  /** Who holds the ledger, when it was locked and the watermark was believed instead; else null. */
  readonly ledgerHeldBy: string | null;
}

/** Long enough for a ledger that nobody holds; a load that is under way is not waited for. */
const LEDGER_WAIT_MS = 3_000;

type ListingPorts = Pick<SyncPorts, 'watermarks' | 'manifests' | 'target' | 'leases'>;

/** The batches of a table's current epoch, in order, as {@link batchListing} finds them. */
export async function listBatches(task: TableTask, target: TargetTable, ports: ListingPorts): Promise<readonly BatchView[]> {
  return (await batchListing(task, target, ports)).batches;
}

/**
 * The batches of a table's current epoch, in order. What is loaded is told by the ledger; by the watermark where Redshift is not asked, or
 * where a load that is under way holds the ledger: its batches count as waiting until it has ended.
 */
export async function batchListing(task: TableTask, target: TargetTable, ports: ListingPorts): Promise<BatchListing> {
  const stored = await ports.watermarks.read(task);
  if (stored === null) return { batches: [], ledgerHeldBy: null };
  const { epoch, loaded_through } = stored.document;
  const { ledger, heldBy } = await ledgerOrHolder(task, target, ports);
  const loadedSeq = ledger === undefined ? loaded_through.seq : ledger?.epoch === epoch ? ledger.seq : 0;
  const manifests = await ports.manifests.listStanding(task, epoch);
  return { batches: manifests.map(({ manifest }) => viewOf(manifest, manifest.seq <= loadedSeq)), ledgerHeldBy: heldBy };
}

/** `ledger` is undefined when it was not or could not be asked. */
async function ledgerOrHolder(task: TableTask, target: TargetTable, ports: ListingPorts): Promise<{ readonly ledger: LedgerHead | null | undefined; readonly heldBy: string | null }> {
  if (ports.target === null) return { ledger: undefined, heldBy: null };
  try {
    return { ledger: (await ports.target.inspect(task, target, LEDGER_WAIT_MS)).ledger, heldBy: null };
  } catch (error) {
    if (!isTidemarkError(error) || error.code !== 'LEDGER_LOCKED') throw error;
  }
  const lease = await ports.leases.inspect(task);
  return { ledger: undefined, heldBy: lease === null || lease.state === 'released' ? 'a session without a lease' : `run ${lease.document.owner.run_id} on host ${lease.document.owner.host}` };
}

function viewOf(manifest: BatchManifest, isLoaded: boolean): BatchView {
  return {
    batchId: manifest.batch_id,
    epoch: manifest.epoch,
    seq: manifest.seq,
    state: isLoaded ? 'loaded' : 'awaiting load',
    advances: manifest.advances,
    rows: manifest.counts.rows,
    files: manifest.parts.length,
    bytes: manifest.counts.bytes,
    stagedAt: manifest.batch_ts,
    runId: manifest.run_id,
  };
}

/** One batch with all that its manifest says. */
export interface BatchDetails extends BatchView {
  readonly key: string;
  readonly sha256: string;
  readonly manifest: BatchManifest;
}

/**
 * One batch of the current epoch.
 * @throws SyncError STATE_BATCH_UNKNOWN
 */
export async function showBatch(task: TableTask, target: TargetTable, batchId: string, ports: ListingPorts): Promise<BatchDetails> {
  const { batches } = await batchListing(task, target, ports);
  const view = batches.find((batch) => batch.batchId === batchId);
  const stored = view === undefined ? undefined : (await ports.manifests.list(task, view.epoch, view.seq - 1))[0];
  if (view === undefined || stored === undefined) {
    throw new SyncError('STATE_BATCH_UNKNOWN', { message: `${task.table} has no batch ${batchId} in its current epoch${batches.length === 0 ? '' : `; the last one is ${batches.at(-1)!.batchId}`}.`, details: { batchId } });
  }
  return { ...view, key: stored.key, sha256: stored.sha256, manifest: stored.manifest };
}
