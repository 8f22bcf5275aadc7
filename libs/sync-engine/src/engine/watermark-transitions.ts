import type { Bound, FrozenBatch, KnownSchema, Position, ReadingRule, StageState, StoredManifest, WatermarkDocument } from '@tidemark/domain';

/** A change of a watermark document; the store adds `write_id`. */
export type Transition = (document: WatermarkDocument) => WatermarkDocument;

/** Facts of the run that a transition stamps on the document. */
export interface Stamp {
  readonly runId: string;
  readonly generation: number;
  /** UTC, ISO 8601. */
  readonly now: string;
}

function stamped(document: WatermarkDocument, stamp: Stamp): WatermarkDocument {
  return { ...document, generation: stamp.generation, run_id: stamp.runId, updated_at: stamp.now };
}

function counted(state: StageState, stored: StoredManifest, runId: string, now: string): StageState {
  const { counts, parts } = stored.manifest;
  return {
    ...state,
    status: 'in_progress',
    total_rows: state.total_rows + counts.rows,
    total_files: state.total_files + parts.length,
    last_session_rows: (state.last_session_run_id === runId ? state.last_session_rows : 0) + counts.rows,
    last_session_run_id: runId,
    last_updated: now,
    error: null,
  };
}

/** What later runs hold the source against. */
function knownSchemaOf({ columns, keys, shape }: FrozenBatch): { readonly schema?: KnownSchema } {
  return shape === undefined ? {} : { schema: { columns, keys, primary_key: shape.primary_key, dropped: shape.dropped } };
}

/** A batch's manifest is in S3: reading goes on after it. The rows count for the run that staged them. */
export function stagedThrough(stored: StoredManifest, stamp: Stamp): Transition {
  return (document) => {
    const { manifest, sha256 } = stored;
    if (manifest.seq <= document.staged_through.seq) return document;
    return stamped(
      {
        ...document,
        ...(manifest.snapshot === null ? {} : { snapshot: manifest.snapshot }),
        staged_through: { seq: manifest.seq, position: manifest.advances ? manifest.range.up_to : document.staged_through.position, manifest_sha256: sha256 },
        schema_fingerprint: manifest.frozen.schema_fingerprint,
        column_mapping: manifest.frozen.column_mapping,
        ...knownSchemaOf(manifest.frozen),
        ...(manifest.frozen.hash_key === undefined ? {} : { hash_key: manifest.frozen.hash_key }),
        mysql_state: counted(document.mysql_state, stored, manifest.run_id, stamp.now),
      },
      stamp,
    );
  };
}

/** A batch's rows and ledger row are committed. */
export function loadedThrough(stored: StoredManifest, stamp: Stamp, targetOid: string | null): Transition {
  return (document) => {
    const { manifest, sha256 } = stored;
    if (manifest.seq <= document.loaded_through.seq) return document;
    return stamped(
      {
        ...document,
        loaded_through: { seq: manifest.seq, position: manifest.advances ? manifest.range.up_to : document.loaded_through.position, manifest_sha256: sha256 },
        target_oid: targetOid ?? document.target_oid,
        redshift_state: counted(document.redshift_state, stored, stamp.runId, stamp.now),
      },
      stamp,
    );
  };
}

/** A first load begins; the mark is durable before the first row is read. */
export function firstLoadBegun(mark: Bound, sourceId: string, stamp: Stamp): Transition {
  return (document) => stamped({ ...document, phase: 'first_load', first_load_mark: mark, source_id: sourceId }, stamp);
}

/** The rule by which the rows of this epoch are read. */
export function readBy(rule: ReadingRule, stamp: Stamp): Transition {
  return (document) => stamped({ ...document, reading: rule }, stamp);
}

/** A snapshot set begins: reading starts at the beginning of the table. */
export function snapshotBegun(id: string, sourceId: string, stamp: Stamp): Transition {
  return (document) =>
    stamped({ ...document, phase: 'snapshot', first_load_mark: null, source_id: sourceId, snapshot: { id, final: false }, staged_through: { ...document.staged_through, position: null } }, stamp);
}

/** Increments begin, or go on, at a position. */
export function incrementsFrom(position: Position | null, sourceId: string, stamp: Stamp): Transition {
  return (document) =>
    stamped({ ...document, phase: 'incremental', first_load_mark: null, source_id: sourceId, staged_through: { ...document.staged_through, position } }, stamp);
}

/** The server that is read from, of a watermark that does not know it yet. */
export function readsFrom(sourceId: string, stamp: Stamp): Transition {
  return (document) => (document.source_id === null ? stamped({ ...document, source_id: sourceId }, stamp) : document);
}

/** Both stages that took part ended well. */
export function succeeded(stages: { readonly extracted: boolean; readonly loaded: boolean }, stamp: Stamp): Transition {
  const ended = (state: StageState): StageState => ({ ...state, status: 'success', error: null, last_updated: stamp.now });
  return (document) =>
    stamped({ ...document, mysql_state: stages.extracted ? ended(document.mysql_state) : document.mysql_state, redshift_state: stages.loaded ? ended(document.redshift_state) : document.redshift_state }, stamp);
}

/** A stage ended with an error. */
export function failedIn(stage: 'mysql_state' | 'redshift_state', error: { readonly code: string; readonly message: string }, stamp: Stamp): Transition {
  return (document) => stamped({ ...document, [stage]: { ...document[stage], status: 'failed', error, last_updated: stamp.now } }, stamp);
}
