import type { TableTask } from '@tidemark/domain';
import { dataRoot, isPartOf, parseDataKey } from '@tidemark/layout';
import type { SyncPorts, TargetTable } from '../ports.ts';
import type { RunSurroundings } from '../sync-request.ts';
import { BatchRemover } from './batch-remover.ts';
import { readKnown } from './known-table.ts';
import { planClean, type StandingObject } from './plan-clean.ts';
import type { CleaningPort } from './ports.ts';

export interface CleanRequest {
  readonly task: TableTask;
  readonly target: TargetTable;
  readonly incrementalPath: string;
  readonly isolationPrefix: string;
  readonly watermarkPath: string;
  readonly olderThanMs: number;
  /** See `CleanCriteria.pattern`. */
  readonly pattern: string | null;
  /** Only a delete marker is added in a bucket that keeps versions. */
  readonly keepsVersions: boolean;
  /** Plans and removes nothing. */
  readonly isDryRun: boolean;
  readonly runId: string;
  readonly leaseWaitMs: number;
  readonly signal: AbortSignal;
  readonly surroundings: RunSurroundings;
}

export interface Tally {
  readonly objects: number;
  readonly bytes: number;
}

export interface CleanOutcome {
  readonly table: string;
  /** Objects of the table before and after. */
  readonly before: Tally;
  readonly after: Tally;
  readonly removed: Tally;
  readonly batches: readonly { readonly batchId: string; readonly objects: number; readonly bytes: number }[];
  /** Keys that went, or would go. */
  readonly keys: readonly string[];
}

export type CleanPorts = Pick<SyncPorts, 'leases' | 'watermarks' | 'manifests' | 'target'>;

/**
 * Removes the files of loaded batches by the exact keys of their manifests. What the ledger does not have, nobody touches: when Redshift
 * cannot be asked, nothing is loaded and this throws. Takes the lease.
 *
 * For each batch: a tombstone, the parts, the manifest, the tombstone again. If the process dies in between, the next clean goes on:
 * a batch without parts loses the rest. May be repeated.
 */
export async function cleanTable(request: CleanRequest, ports: CleanPorts, objects: CleaningPort): Promise<CleanOutcome> {
  const { task } = request;
  const known = await ports.watermarks.read(task);
  const lease = await ports.leases.acquire(task, request.runId, known?.document.generation ?? 0, request.leaseWaitMs, request.signal);
  try {
    const table = await readKnown(task, request.target, ports);
    const standing = await objectsOf(task, dataRoot(request), objects);
    const before = tally([...standing.values()]);
    if (table === null) return { table: task.table, before, after: before, removed: { objects: 0, bytes: 0 }, batches: [], keys: [] };
    const doomed = planClean(table.standing, standing, table.loadedSeq, { olderThanMs: request.olderThanMs, pattern: request.pattern, now: await objects.serverNow() });
    if (!request.isDryRun) {
      const remover = new BatchRemover(request, lease, objects);
      for (const { stored, parts, removesManifest } of doomed) await remover.remove(stored, parts, removesManifest);
      const unnamed = new Set(doomed.filter(({ removesManifest }) => removesManifest).map(({ stored }) => stored.manifest.seq));
      await remover.removeLeftovers(table.epoch, table.standing.find(({ manifest }) => !unnamed.has(manifest.seq))?.manifest.seq ?? 0);
    }
    const gone = doomed.flatMap(({ parts }) => parts);
    const removed = tally(gone);
    const after = request.isDryRun ? before : { objects: before.objects - removed.objects, bytes: before.bytes - removed.bytes };
    const batches = doomed.filter(({ parts }) => parts.length > 0).map(({ stored, parts }) => ({ batchId: stored.manifest.batch_id, ...tally(parts) }));
    return { table: task.table, before, after, removed, batches, keys: gone.map(({ key }) => key) };
  } finally {
    await lease.release();
  }
}

/** Every object whose key was made for a part of this task. */
export async function objectsOf(task: TableTask, root: string, objects: Pick<CleaningPort, 'list'>): Promise<ReadonlyMap<string, StandingObject>> {
  const found = new Map<string, StandingObject>();
  for await (const object of objects.list(root)) {
    const parsed = parseDataKey(object.key, root);
    if (parsed !== null && isPartOf(parsed, task)) found.set(object.key, object);
  }
  return found;
}

export function tally(objects: readonly StandingObject[]): Tally {
  return { objects: objects.length, bytes: objects.reduce((sum, { byteLength }) => sum + byteLength, 0) };
}
