import { isDeepStrictEqual } from 'node:util';
import type { LedgerHead, Position, StoredManifest, WatermarkDocument } from '@tidemark/domain';
import { initialWatermark } from '@tidemark/layout';
import { SyncError } from '../errors.ts';
import type { HistoryRecord, SyncPorts } from '../ports.ts';
import { firstLoadBegun, incrementsFrom, loadedThrough, stagedThrough, type Stamp, type Transition } from '../watermark-transitions.ts';
import { writeWatermark } from './begin-epoch.ts';
import { stampOf } from './settled-state.ts';
import type { StateRequest } from './state-request.ts';
import { documentOf, ledgerOf, underLease, type LeasedState } from './under-lease.ts';

export interface Repair {
  readonly before: WatermarkDocument | null;
  readonly after: WatermarkDocument;
  /** False when the watermark already said what ledger and manifests say. */
  readonly isChanged: boolean;
  readonly isDryRun: boolean;
}

/**
 * Rebuilds a watermark that is lost, corrupt, behind or ahead from the ledger, the manifests and the history, in the epoch that they are in.
 * What the ledger has is loaded; what manifests hold beyond it waits, and the next run loads it. Takes the lease. Durable on return.
 *
 * @throws SyncError STATE_NOT_REPAIRABLE, STATE_MANIFEST_MISSING, STATE_OTHER_CHAIN, STATE_OTHER_TARGET: then only a new epoch helps
 */
export async function repairWatermark(request: StateRequest, ports: SyncPorts): Promise<Repair> {
  return underLease(request, ports, async (state) => {
    const before = documentOf(state.watermark);
    if (state.watermark.kind === 'unreadable' && state.watermark.error.code !== 'WATERMARK_CORRUPT') throw state.watermark.error;
    const after = await rebuilt(request, state);
    const isChanged = before === null || !isDeepStrictEqual(essence(before), essence(after));
    if (request.isDryRun || !isChanged) return { before, after: isChanged ? after : before, isChanged, isDryRun: request.isDryRun };
    return { before, after: await writeWatermark(request, state, after), isChanged, isDryRun: false };
  });
}

/** What a watermark says about reading and loading. */
function essence({ epoch, phase, first_load_mark, staged_through, loaded_through, source_id, target_oid }: WatermarkDocument): unknown {
  return { epoch, phase, first_load_mark, staged_through, loaded_through, source_id, target_oid };
}

async function rebuilt(request: StateRequest, state: LeasedState): Promise<WatermarkDocument> {
  const { task } = request;
  const standing = documentOf(state.watermark);
  const ledger = ledgerOf(state);
  const records = await state.ports.watermarks.history(task);
  const manifestEpoch = await state.ports.manifests.newestEpoch(task);
  const known = Math.max(ledger?.epoch ?? 0, manifestEpoch, standing?.epoch ?? 0);
  const epoch = known > 0 ? known : (records.at(-1)?.entry.epoch ?? 0);
  const manifests = epoch === 0 ? [] : await state.ports.manifests.listStanding(task, epoch);
  const current = ledger?.epoch === epoch ? ledger : null;
  refuseOtherHistory(request, state, epoch, manifests, current);
  const base = beginning(request, state, epoch, records, manifests);
  const stamp = stampOf(request, state);
  const loadedSeq = current?.seq ?? 0;
  const sourceId = ledger?.sourceId ?? standing?.source_id ?? base.source_id;
  const transitions = manifests.flatMap((stored): readonly Transition[] => [
    ...phaseOf(stored, stamp),
    stagedThrough(stored, stamp),
    ...(stored.manifest.seq <= loadedSeq ? [loadedThrough(stored, stamp, current?.targetOid ?? null)] : []),
  ]);
  const replayed = transitions.reduce((document, transition) => transition(document), { ...base, generation: state.lease.generation, write_id: request.surroundings.newWriteId(), updated_at: stamp.now });
  return endOfFirstLoad({ ...replayed, source_id: sourceId }, standing);
}

/** A manifest of a page belongs to a first load, one of a cursor range to the increments, one of a snapshot set to snapshots. */
function phaseOf({ manifest }: StoredManifest, stamp: Stamp): readonly Transition[] {
  const { advances, snapshot, range, first_load_mark: mark } = manifest;
  if (!advances) return [];
  if (snapshot !== null) return [(document) => (document.phase === 'snapshot' ? document : { ...document, phase: 'snapshot', first_load_mark: null })];
  // The server's identity is put in at the end.
  if (range.up_to?.kind !== 'pk') return [(document) => (document.phase === 'incremental' ? document : incrementsFrom(range.after, '', stamp)(document))];
  return mark === undefined ? [] : [(document) => (document.first_load_mark === null ? firstLoadBegun(mark, '', stamp)(document) : document)];
}

/** A watermark of the same place that can be read knows better how a first load stands. */
function endOfFirstLoad(document: WatermarkDocument, standing: WatermarkDocument | null): WatermarkDocument {
  if (standing === null || standing.epoch !== document.epoch || standing.staged_through.seq !== document.staged_through.seq) return document;
  if (standing.staged_through.manifest_sha256 !== document.staged_through.manifest_sha256) return document;
  return { ...document, phase: standing.phase, first_load_mark: standing.first_load_mark, staged_through: standing.staged_through };
}

/** The watermark with which the epoch began. */
function beginning(request: StateRequest, state: LeasedState, epoch: number, records: readonly HistoryRecord[], manifests: readonly StoredManifest[]): WatermarkDocument {
  // An entry of an earlier repair stands in the middle of its epoch: it is no beginning.
  const entry = records.filter((record) => record.entry.epoch === epoch && record.entry.after.staged_through.seq === 0).at(-1)?.entry;
  if (entry !== undefined) return entry.after;
  const first = manifests.find(({ manifest }) => manifest.advances)?.manifest;
  if (first === undefined) {
    throw new SyncError('STATE_NOT_REPAIRABLE', {
      message: `${request.task.table}: ${epoch === 0 ? 'there is neither a ledger nor a manifest nor a history' : `no batch of epoch ${epoch} was staged, and the history does not say where it began`}.`,
      details: { epoch },
    });
  }
  const fresh = initialWatermark(request.task, { epoch, generation: state.lease.generation, runId: request.runId, writeId: request.surroundings.newWriteId(), at: request.surroundings.now() });
  const progress = { ...fresh.staged_through, position: first.range.after };
  return { ...fresh, phase: isPage(first.range.up_to) ? 'first_load' : first.snapshot !== null ? 'snapshot' : 'incremental', staged_through: progress, loaded_through: progress };
}

const isPage = (position: Position | null): boolean => position?.kind === 'pk';

function refuseOtherHistory({ task }: StateRequest, { target }: LeasedState, epoch: number, manifests: readonly StoredManifest[], ledger: LedgerHead | null): void {
  if (ledger === null || ledger.seq === 0) return;
  const newest = manifests.at(-1)?.manifest.seq ?? 0;
  if (newest < ledger.seq) {
    throw new SyncError('STATE_MANIFEST_MISSING', {
      message: `${task.table}: the load ledger has batch ${ledger.seq} of epoch ${epoch}; the manifests in S3 end at batch ${newest}.`,
      details: { epoch, expectedSeq: ledger.seq, foundSeq: newest },
    });
  }
  const found = manifests.find(({ manifest }) => manifest.seq === ledger.seq)!.sha256;
  if (found !== ledger.manifestSha256) {
    throw new SyncError('STATE_OTHER_CHAIN', {
      message: `${task.table}: the load ledger of ${task.target} has another batch ${ledger.seq} of epoch ${epoch} than the one in S3.`,
      details: { epoch, seq: ledger.seq, ledger: ledger.manifestSha256, found },
    });
  }
  if (ledger.targetOid !== null && ledger.targetOid !== (target?.tableOid ?? null)) {
    throw new SyncError('STATE_OTHER_TARGET', {
      message: `${task.table}: the batches of the load ledger went into the table with oid ${ledger.targetOid}; ${target?.tableOid === null || target === null ? 'the table does not exist now' : `it has oid ${target.tableOid} now`}.`,
      details: { expectedOid: ledger.targetOid, foundOid: target?.tableOid ?? null },
    });
  }
}
