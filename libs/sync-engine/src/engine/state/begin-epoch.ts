import type { WatermarkDocument } from '@tidemark/domain';
import { initialWatermark } from '@tidemark/layout';
import { SyncError } from '../errors.ts';
import type { EpochRequest, StateRequest } from './state-request.ts';
import { documentOf, ledgerOf, type LeasedState } from './under-lease.ts';

/** What a change of state came to. */
export interface StateChange {
  /** As it was; null when there was none, or none that could be read. */
  readonly before: WatermarkDocument | null;
  /** As it is now, or would be after a dry run. */
  readonly after: WatermarkDocument;
  /** Staged batches that were not loaded and never will be. */
  readonly droppedBatches: readonly string[];
  readonly isDryRun: boolean;
}

/** What stands in the new epoch's watermark besides what every new one has. */
export type EpochStart = Partial<Pick<WatermarkDocument, 'phase' | 'first_load_mark' | 'source_id' | 'target_oid' | 'schema_fingerprint' | 'column_mapping' | 'mysql_state' | 'redshift_state'>> & { readonly position: WatermarkDocument['staged_through']['position'] };

/**
 * Begins a new epoch in watermark and ledger: above every epoch that watermark, ledger, history or manifests know, so that no batch that
 * stands anywhere belongs to it. Durable on return.
 *
 * If the process dies
 * - before the watermark: an entry of the history that is not in effect;
 * - after the watermark and before the fence: the next sync, or the next command of this kind, writes the fence.
 */
export async function beginEpoch(request: EpochRequest, state: LeasedState, start: EpochStart): Promise<StateChange> {
  const { task, target, runId } = request;
  const before = documentOf(state.watermark);
  const epoch = (await newestEpoch(request, state)) + 1;
  const droppedBatches = await waitingBatches(request, state);
  const after = epochDocument(request, state, epoch, start);
  if (request.isDryRun) return { before, after, droppedBatches, isDryRun: true };
  const stored = await writeWatermark(request, state, after);
  await state.ports.target?.fence({ task, target, epoch, generation: state.lease.generation, runId, sourceId: after.source_id, adopt: request.adopt === true });
  return { before, after: stored, droppedBatches, isDryRun: false };
}

/** The watermark of a task with nothing staged and nothing loaded in its epoch, reading from `start.position` on. */
export function epochDocument(request: StateRequest, state: LeasedState, epoch: number, { position, ...rest }: EpochStart): WatermarkDocument {
  const { task, runId, surroundings } = request;
  const fresh = initialWatermark(task, { epoch, generation: state.lease.generation, runId, writeId: surroundings.newWriteId(), at: surroundings.now() });
  const progress = { ...fresh.staged_through, position };
  // What the target's columns were loaded as stays known: the next run holds the source against it.
  const schema = documentOf(state.watermark)?.schema;
  return { ...fresh, ...(schema === undefined ? {} : { schema }), ...rest, staged_through: progress, loaded_through: progress };
}

/** Writes over whatever stands in the watermark's place. */
export async function writeWatermark({ task }: StateRequest, { watermark, ports }: LeasedState, document: WatermarkDocument): Promise<WatermarkDocument> {
  if (watermark.kind === 'unreadable') return (await ports.watermarks.overwrite(task, document, watermark.etag)).document;
  return (await ports.watermarks.write(task, document, watermark.kind === 'none' ? null : watermark.stored.etag)).document;
}

/** The greatest epoch that anything knows; 0 when nothing does. */
export async function newestEpoch({ task }: StateRequest, state: LeasedState): Promise<number> {
  const history = await state.ports.watermarks.history(task);
  return Math.max(documentOf(state.watermark)?.epoch ?? 0, ledgerOf(state)?.epoch ?? 0, await state.ports.manifests.newestEpoch(task), ...history.map(({ entry }) => entry.epoch));
}

/** The batches of the watermark's epoch that the ledger does not have. A chain that cannot be read is dropped with the epoch. */
async function waitingBatches({ task }: StateRequest, state: LeasedState): Promise<readonly string[]> {
  const document = documentOf(state.watermark);
  if (document === null) return [];
  const ledger = ledgerOf(state);
  const loaded = Math.max(document.loaded_through.seq, ledger?.epoch === document.epoch ? ledger.seq : 0);
  if (document.staged_through.seq <= loaded) return [];
  const manifests = await state.ports.manifests.list(task, document.epoch, loaded).catch((error: unknown) => {
    if (isUnreadableChain(error)) return [];
    throw error;
  });
  return manifests.map(({ manifest }) => manifest.batch_id);
}

function isUnreadableChain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^MANIFEST_/.test(String(error.code));
}

/**
 * Refuses to read rows again in append mode, where they would stand in the target twice.
 * @param goesBack whether rows may be read that were loaded before
 * @throws SyncError STATE_WOULD_DUPLICATE
 */
export function refuseDuplicates(request: EpochRequest, state: LeasedState, goesBack: boolean): void {
  if (!isAppended(request, state) || request.acceptDuplicates || !goesBack || !hasLoaded(state)) return;
  throw new SyncError('STATE_WOULD_DUPLICATE', {
    message: `${request.task.table} is loaded in append mode: rows that were loaded and are read again would stand in ${request.target.schema}.${request.target.table} twice.`,
    details: { table: request.task.table, mode: request.mode ?? 'append' },
  });
}

/** Without a word in the configuration a table is appended when the batches that were staged last had no key. */
function isAppended({ mode }: EpochRequest, state: LeasedState): boolean {
  return mode === 'append' || (mode === null && documentOf(state.watermark)?.schema?.keys.length === 0);
}

/** False only when nothing can have been loaded. */
function hasLoaded(state: LeasedState): boolean {
  if (state.target !== null && state.target.tableOid === null) return false;
  const document = documentOf(state.watermark);
  return state.watermark.kind === 'unreadable' || (ledgerOf(state)?.seq ?? 0) > 0 || (ledgerOf(state)?.epoch ?? 1) > 1 || (document !== null && (document.loaded_through.seq > 0 || document.epoch > 1 || document.redshift_state.total_rows > 0));
}

/**
 * The same where what waits is dropped: it was never loaded, so reading it again doubles nothing. From the beginning, rows of a batch that
 * moved no position, a backfill's for example, would be read again too.
 */
export function refuseRereading(request: EpochRequest, state: LeasedState, { loaded_through: { seq } }: WatermarkDocument, start: EpochStart): void {
  refuseDuplicates(request, state, start.position === null && seq > 0);
}
