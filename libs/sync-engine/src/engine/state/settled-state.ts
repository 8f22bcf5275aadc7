import type { Position, StoredManifest, WatermarkDocument } from '@tidemark/domain';
import { SyncError } from '../errors.ts';
import { reconcile } from '../reconcile.ts';
import { loadedThrough, stagedThrough, type Stamp } from '../watermark-transitions.ts';
import type { EpochStart } from './begin-epoch.ts';
import type { StateRequest } from './state-request.ts';
import type { LeasedState } from './under-lease.ts';

/** A watermark brought up to what manifests and ledger say, and what waits after it. */
export interface SettledState {
  readonly document: WatermarkDocument;
  readonly waiting: readonly StoredManifest[];
}

/**
 * Reads watermark, manifests and ledger together, as the next run would. Writes nothing.
 * @throws SyncError STATE_…; the watermark's own error when it cannot be read
 */
export async function settledState(request: StateRequest, state: LeasedState): Promise<SettledState> {
  const { watermark, target, ports } = state;
  if (watermark.kind === 'unreadable') throw watermark.error;
  if (watermark.kind === 'none') {
    throw new SyncError('STATE_NOTHING_YET', { message: `${request.task.table} has no watermark: nothing was synced yet.`, details: { table: request.task.table } });
  }
  const { document } = watermark.stored;
  const standing = reconcile(request.task, watermark.stored, target);
  const manifests = await ports.manifests.list(request.task, document.epoch, Math.min(document.loaded_through.seq, document.staged_through.seq));
  const loaded = manifests.filter(({ manifest }) => manifest.seq <= standing.loadedSeq);
  const stamp = stampOf(request, state);
  const transitions = [...manifests.map((stored) => stagedThrough(stored, stamp)), ...loaded.map((stored) => loadedThrough(stored, stamp, target?.tableOid ?? null))];
  return { document: transitions.reduce((next, transition) => transition(next), document), waiting: manifests.slice(loaded.length) };
}

export function stampOf({ runId, surroundings }: StateRequest, { lease }: LeasedState): Stamp {
  return { runId, generation: lease.generation, now: surroundings.now().toISOString() };
}

/** What a watermark keeps when its epoch ends. */
export function keptFields({ source_id, target_oid, schema_fingerprint, column_mapping, mysql_state, redshift_state }: WatermarkDocument): Omit<EpochStart, 'position'> {
  return { source_id, target_oid, schema_fingerprint, column_mapping, mysql_state, redshift_state };
}

/**
 * Where reading goes on when everything that is not loaded is dropped: nothing between the loaded rows and the first row that is read, and no
 * loaded row once more.
 *
 * A first load whose pages are all staged has become incremental, and its mark is gone from the watermark. The place where its increments
 * began stands in the watermark or in the first of them that waits. Increments go on there when no page waits; else it serves as the mark,
 * since it lies before it.
 *
 * @param waiting everything that is staged and not loaded; none where that cannot be read
 */
export function startAfterLoaded(document: WatermarkDocument, waiting: readonly StoredManifest[]): EpochStart {
  const { loaded_through: { position, seq }, staged_through, phase, first_load_mark } = document;
  if (phase === 'snapshot') return { position: null };
  if (phase === 'first_load') return position === null ? { position } : { position, phase, first_load_mark };
  if (position !== null && position.kind !== 'pk') return { position, phase: 'incremental' };
  const steps = waiting.filter(({ manifest }) => manifest.advances);
  const begin = [...steps.map(({ manifest }) => manifest.range.after), staged_through.position].find((candidate): candidate is Position & { kind: 'tick' } => candidate?.kind === 'tick');
  if (begin === undefined) return { position: null };
  const isKnown = waiting.length === staged_through.seq - seq;
  if (isKnown && !steps.some(({ manifest }) => manifest.range.up_to?.kind === 'pk')) return { position: begin, phase: 'incremental' };
  return position === null ? { position } : { position, phase: 'first_load', first_load_mark: { column: begin.column, value: begin.value } };
}
