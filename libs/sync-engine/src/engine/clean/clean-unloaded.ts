import type { Position, StoredManifest } from '@tidemark/domain';
import { dataRoot } from '@tidemark/layout';
import { SyncError } from '../errors.ts';
import type { SyncPorts } from '../ports.ts';
import { beginEpoch, refuseRereading } from '../state/begin-epoch.ts';
import { keptFields, settledState, startAfterLoaded } from '../state/settled-state.ts';
import type { EpochRequest } from '../state/state-request.ts';
import { underLease, type LeasedState } from '../state/under-lease.ts';
import { BatchRemover } from './batch-remover.ts';
import { objectsOf, tally, type CleanRequest, type Tally } from './clean-table.ts';
import { mayGo, type CleanCriteria, type StandingObject } from './plan-clean.ts';
import type { CleaningPort } from './ports.ts';

export interface CleanUnloadedRequest extends CleanRequest, Pick<EpochRequest, 'mode'> {
  /** In append mode, where the loaded rows do not tell where they end: rows may stand in the target twice afterwards. */
  readonly acceptDuplicates: boolean;
  /** The batches that a person was shown and gave up; null for a dry run. Nothing goes when others wait by now. */
  readonly agreed: readonly string[] | null;
}

/** A staged batch that was never loaded. */
export interface UnloadedBatch {
  readonly batchId: string;
  readonly rows: number;
  readonly objects: number;
  readonly bytes: number;
  /** False for a backfill or a requeue: the next run does not read its rows again, it has to be asked for. */
  readonly isReadAgain: boolean;
}

export interface UnloadedOutcome {
  readonly table: string;
  /** What goes, in order of seq; empty when nothing waits, or when not all of it is due. */
  readonly batches: readonly UnloadedBatch[];
  /** Batches that wait and stay, because one of them is younger or does not match the pattern. */
  readonly kept: readonly string[];
  readonly removed: Tally;
  /** Keys that went, or would go. */
  readonly keys: readonly string[];
  /** The epoch that begins; null when nothing goes. */
  readonly epoch: number | null;
  /** Where the next run reads on; null is from the beginning. */
  readonly readsAfter: Position | null;
}

/**
 * Removes the files of batches that were never loaded. Their rows are read from the source again: a new epoch begins where the loaded rows
 * end, in watermark and ledger, and only then a file goes. Batches load in order without gaps, so those that wait go together or not at all.
 * Quarantined rows stay, and so does the manifest that names them. Takes the lease.
 *
 * After the new epoch, from the newest batch to the oldest: a tombstone, its parts, its manifest, the tombstone. If the process dies
 * - before the new epoch: nothing has happened;
 * - after it: what still stands belongs to an epoch that never loads, and `cleanOrphans` removes it.
 *
 * @throws SyncError CLEAN_OTHERS_WAIT, STATE_WOULD_DUPLICATE, STATE_…
 */
export async function cleanUnloaded(request: CleanUnloadedRequest, ports: SyncPorts, objects: CleaningPort): Promise<UnloadedOutcome> {
  if (ports.target === null) throw new RangeError('housekeeping needs the load ledger');
  return underLease(request, ports, async (state) => {
    const none: UnloadedOutcome = { table: request.task.table, batches: [], kept: [], removed: { objects: 0, bytes: 0 }, keys: [], epoch: null, readsAfter: null };
    if (state.watermark.kind === 'none') return none;
    const settled = await settledState(request, state);
    const { document, waiting } = settled;
    if (waiting.length === 0) return none;
    const standing = await objectsOf(request.task, dataRoot(request), objects);
    const criteria: CleanCriteria = { olderThanMs: request.olderThanMs, pattern: request.pattern, now: await objects.serverNow() };
    const doomed = waiting.map((stored) => ({ stored, parts: partsOf(stored, standing) }));
    if (!doomed.every(({ stored, parts }) => mayGo(stored, parts, criteria))) return { ...none, kept: waiting.map(({ manifest }) => manifest.batch_id) };
    refuseOthers(request, waiting);
    const start = startAfterLoaded(document, waiting);
    const epochRequest: EpochRequest = { ...request, preserve: null };
    refuseRereading(epochRequest, state, document, start);
    const { after } = await beginEpoch(epochRequest, state, { ...keptFields(document), ...start });
    if (!request.isDryRun) await removeAll(request, state, document.epoch, doomed, objects);
    const gone = doomed.flatMap(({ parts }) => parts);
    return {
      ...none, removed: tally(gone), keys: gone.map(({ key }) => key), epoch: after.epoch, readsAfter: after.loaded_through.position,
      batches: doomed.map(({ stored: { manifest }, parts }) => ({ batchId: manifest.batch_id, rows: manifest.counts.rows, ...tally(parts), isReadAgain: manifest.advances })),
    };
  });
}

interface WaitingBatch {
  readonly stored: StoredManifest;
  readonly parts: readonly StandingObject[];
}

/** The newest first, so that the manifests that still stand are a chain without gaps at any time. */
async function removeAll(request: CleanUnloadedRequest, { lease, signal }: LeasedState, epoch: number, doomed: readonly WaitingBatch[], objects: CleaningPort): Promise<void> {
  const remover = new BatchRemover({ ...request, signal }, lease, objects);
  let isChainFree = true;
  for (const { stored, parts } of doomed.toReversed()) {
    isChainFree &&= stored.manifest.quarantine === null;
    await remover.remove(stored, parts, isChainFree);
  }
  await remover.removeCopyManifests(epoch, doomed[0]!.stored.manifest.seq);
}

function partsOf({ manifest }: StoredManifest, standing: ReadonlyMap<string, StandingObject>): readonly StandingObject[] {
  return manifest.parts.flatMap(({ key }) => standing.get(key) ?? []);
}

/** Nobody has given up what was staged after the question. */
function refuseOthers({ task, agreed }: CleanUnloadedRequest, waiting: readonly StoredManifest[]): void {
  if (agreed === null) return;
  const others = waiting.map(({ manifest }) => manifest.batch_id).filter((id) => !agreed.includes(id));
  if (others.length === 0) return;
  throw new SyncError('CLEAN_OTHERS_WAIT', { message: `${task.table}: ${others.join(', ')} ${others.length === 1 ? 'was' : 'were'} staged since it was asked what may go.`, details: { table: task.table, batches: others } });
}
