import type { LoadedBatch, StagedColumn, StoredManifest } from '@tidemark/domain';
import { LoaderError } from './errors.ts';
import type { FencedHead, LedgerBatch } from './ledger/read-ledger.ts';
import type { LoadRequest } from './ports.ts';

/** A group that has been checked to belong together. */
export interface LoadGroup {
  readonly first: StoredManifest;
  readonly last: StoredManifest;
  readonly manifests: readonly StoredManifest[];
  readonly epoch: number;
  readonly expectedRows: number;
  readonly partCount: number;
  readonly columns: readonly StagedColumn[];
  readonly keys: readonly StagedColumn[];
  readonly versionColumns: readonly StagedColumn[];
  readonly advances: boolean;
  /** The snapshot set whose shadow table the group fills; null for a group that goes into the target. */
  readonly shadowed: { readonly id: string; readonly final: boolean } | null;
}

function invalid({ target, group }: LoadRequest, why: string): LoaderError {
  return new LoaderError('LOADER_GROUP_INVALID', {
    message: `The load group for ${target.schema}.${target.table} is not valid: ${why}.`,
    details: { schema: target.schema, table: target.table, batches: group.map((stored) => stored.manifest.batch_id) },
  });
}

/** What must be the same in all batches of a group. */
function frozenShape({ manifest: { frozen, epoch, kind, advances, snapshot } }: StoredManifest): string {
  return JSON.stringify([epoch, kind, advances, snapshot?.id ?? null, frozen.scd2 ?? null, frozen.swap ?? null, frozen.pre_sql ?? [], frozen.post_sql ?? [], frozen.schema_fingerprint, frozen.mode, frozen.keys, frozen.version_columns, frozen.columns.map(({ name, target }) => [name, target ?? null])]);
}

/**
 * Checks what the manifests say by themselves: one table, one schema, gap-free, no fork.
 * @throws LoaderError `LOADER_GROUP_INVALID`, `LOADER_MODE_UNSUPPORTED` for a kind that is not rows
 */
export function checkGroup(request: LoadRequest): LoadGroup {
  const { task, target, group } = request;
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) throw invalid(request, 'it is empty');
  for (const [index, stored] of group.entries()) {
    const { manifest } = stored;
    const { frozen } = manifest;
    if (manifest.pipeline !== task.pipeline || manifest.target !== task.target || manifest.table !== task.table) throw invalid(request, `${manifest.batch_id} belongs to ${manifest.pipeline}/${manifest.target}/${manifest.table}`);
    if (frozen.target.schema !== target.schema || frozen.target.table !== target.table || frozen.target.work_schema !== target.workSchema) {
      throw invalid(request, `${manifest.batch_id} was staged for ${frozen.target.schema}.${frozen.target.table} with its ledger in ${frozen.target.work_schema}`);
    }
    if (manifest.kind !== 'rows') throw new LoaderError('LOADER_MODE_UNSUPPORTED', { message: `${manifest.batch_id} holds ${manifest.kind}; this version loads rows.` });
    if (manifest.counts.rows !== manifest.parts.reduce((sum, part) => sum + part.rows, 0)) throw invalid(request, `the parts of ${manifest.batch_id} do not add up to its ${manifest.counts.rows} rows`);
    const previous = group[index - 1];
    if (manifest.snapshot?.final === true && index < group.length - 1) throw invalid(request, `${manifest.batch_id} ends its snapshot set, and more batches follow`);
    if (previous === undefined) continue;
    if (frozenShape(previous) !== frozenShape(stored)) throw invalid(request, `${previous.manifest.batch_id} and ${manifest.batch_id} differ in epoch, schema, mode, key, snapshot set or in what they re-read`);
    if (manifest.seq !== previous.manifest.seq + 1) throw invalid(request, `${manifest.batch_id} does not follow ${previous.manifest.batch_id}`);
    if (manifest.previous_manifest_sha256 !== previous.sha256) throw invalid(request, `${manifest.batch_id} was staged after another manifest than ${previous.manifest.batch_id}`);
  }
  const { frozen } = first.manifest;
  const named = (names: readonly string[]): readonly StagedColumn[] => names.map((name) => {
    const column = frozen.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw invalid(request, `${name} is a key or version column and is not staged`);
    return column;
  });
  return {
    first,
    last,
    manifests: group,
    epoch: first.manifest.epoch,
    expectedRows: group.reduce((sum, stored) => sum + stored.manifest.counts.rows, 0),
    partCount: group.reduce((sum, stored) => sum + stored.manifest.parts.length, 0),
    columns: frozen.columns,
    keys: named(frozen.keys),
    versionColumns: named(frozen.version_columns),
    advances: first.manifest.advances,
    shadowed: shadowedSet(request, last),
  };
}

/** An id becomes part of a table's name. */
const SNAPSHOT_ID = /^[0-9A-Za-z]{1,26}$/;

/**
 * A set must be whole before it changes the target when it takes its place, ends what it does not have, or has one time for all rows.
 * Otherwise its batches are loaded as they come.
 */
function shadowedSet(request: LoadRequest, { manifest: { snapshot, frozen, batch_id: batchId } }: StoredManifest): LoadGroup['shadowed'] {
  const { mode, scd2 } = frozen;
  const needsSet = mode === 'replace' || (mode === 'scd2' && (scd2?.effective === null || (snapshot !== null && scd2?.expire_missing === true)));
  if (!needsSet) return null;
  if (snapshot === null) throw invalid(request, `${batchId} is of no snapshot set, and ${mode === 'replace' ? 'load mode replace' : 'a history without an effective column'} takes whole sets only`);
  if (!SNAPSHOT_ID.test(snapshot.id)) throw invalid(request, `${batchId} names the snapshot set ${JSON.stringify(snapshot.id)}, which is no ULID`);
  return snapshot;
}

/**
 * I3: true when the ledger has the whole group, false when it has none of it.
 * @throws LoaderError `LEDGER_CONFLICT` for another batch under one of its numbers, `LEDGER_SEQUENCE` when it has a part of it
 */
export function isLoaded(group: LoadGroup, loaded: readonly LedgerBatch[]): boolean {
  const bySeq = new Map(loaded.map((batch) => [batch.seq, batch]));
  for (const { manifest, sha256 } of group.manifests) {
    const batch = bySeq.get(manifest.seq);
    if (batch === undefined || (batch.batchId === manifest.batch_id && batch.manifestSha256 === sha256)) continue;
    throw new LoaderError('LEDGER_CONFLICT', {
      message: `The ledger has ${batch.batchId} as number ${manifest.seq} of epoch ${group.epoch}, from another manifest than ${manifest.batch_id}.`,
      details: { seq: manifest.seq, epoch: group.epoch, batch: manifest.batch_id, ledgerBatch: batch.batchId, manifestSha256: sha256, ledgerManifestSha256: batch.manifestSha256 },
    });
  }
  if (loaded.length === 0) return false;
  if (loaded.length === group.manifests.length) return true;
  throw new LoaderError('LEDGER_SEQUENCE', {
    message: `The ledger has ${loaded.length} of the ${group.manifests.length} batches of the group, up to number ${loaded.at(-1)!.seq}; a group is loaded as a whole.`,
    remedy: ['Form the group from the batches that follow the ledger.'],
    details: { epoch: group.epoch, loadedSeq: loaded.at(-1)!.seq, firstSeq: group.first.manifest.seq, lastSeq: group.last.manifest.seq },
  });
}

/**
 * I3: the group follows the ledger's last batch, by number and by manifest.
 * @throws LoaderError `LEDGER_SEQUENCE`, `LEDGER_CONFLICT`
 */
export function checkFollows(group: LoadGroup, head: FencedHead): void {
  const { seq, batch_id: batchId, previous_manifest_sha256: previous } = group.first.manifest;
  if (seq !== head.seq + 1) {
    throw new LoaderError('LEDGER_SEQUENCE', { message: `Batch ${batchId} has number ${seq}; the ledger's last is ${head.seq}, so number ${head.seq + 1} comes next.`, details: { epoch: head.epoch, seq, ledgerSeq: head.seq } });
  }
  if (head.seq > 0 && previous !== head.manifestSha256) {
    throw new LoaderError('LEDGER_CONFLICT', { message: `Batch ${batchId} was staged after another manifest than the one that the ledger has as number ${head.seq}.`, details: { epoch: head.epoch, seq, previousManifestSha256: previous, ledgerManifestSha256: head.manifestSha256 } });
  }
}

export function loadedBatches(loaded: readonly LedgerBatch[]): readonly LoadedBatch[] {
  return loaded.map(({ batchId, seq, rowsCopied, rowsInserted, rowsDeleted }) => ({ batchId, seq, rowsCopied, rowsInserted, rowsDeleted }));
}
