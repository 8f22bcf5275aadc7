import type { FrozenShape } from './frozen-shape.ts';
import type { PolicyCount, StagedColumn } from './staged-column.ts';
import type { Bound, Position } from './position.ts';

export type LoadMode = 'append' | 'merge' | 'replace' | 'scd2';

/** A Parquet file that is an object in S3. */
export interface StagedPart {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly rows: number;
}

/** How a table keeps history. Names are the target's. */
export interface FrozenScd2 {
  /** Columns whose change makes a new version; the others are overwritten in the current one. */
  readonly tracked: readonly string[];
  /** The column that says since when a row is as it is; null takes the time of the snapshot set for all its rows. */
  readonly effective: string | null;
  /** Where the first version of a key begins, `YYYY-MM-DD hh:mm:ss`; null for its effective time. */
  readonly first_valid_from: string | null;
  /** A complete snapshot set ends the versions of keys that it does not have. */
  readonly expire_missing: boolean;
  /** Of the current rows; more missing ones stop the load. */
  readonly max_expire_percent: number;
  /** The columns of our own: surrogate key, interval `[from, to)`, mark of the current version, hash of the tracked columns. */
  readonly columns: { readonly key: string; readonly from: string; readonly to: string; readonly current: string; readonly hash: string };
}

/** What a batch was staged with; the load uses this and not today's configuration. */
export interface FrozenBatch {
  readonly schema_fingerprint: string;
  readonly columns: readonly StagedColumn[];
  /** Source name to target name, renamed columns only. */
  readonly column_mapping: Readonly<Record<string, string>>;
  readonly mode: LoadMode;
  /** Target names of the merge key. */
  readonly keys: readonly string[];
  /** Target names of the columns by which the newest version of a key wins, outermost first. */
  readonly version_columns: readonly string[];
  readonly target: { readonly schema: string; readonly table: string; readonly work_schema: string };
  /** Absent in batches that need nothing of it. */
  readonly shape?: FrozenShape;
  /** Fingerprint of the key that hashed columns were hashed with; absent without such a column. Never the key. */
  readonly hash_key?: string;
  /** `replace`: how a complete snapshot set takes the target's place; `delete_insert` when absent. */
  readonly swap?: 'delete_insert' | 'rename';
  /** Of mode `scd2`. */
  readonly scd2?: FrozenScd2;
  /** Statements that run in the load transaction before the target is changed. */
  readonly pre_sql?: readonly string[];
  /** Statements that run in the load transaction after the target was changed. */
  readonly post_sql?: readonly string[];
}

/** The document of a batch: one table, one cursor range, its parts. Field names are those of the stored JSON. */
export interface BatchManifest {
  readonly format_version: 1;
  readonly write_id: string;
  readonly kind: 'rows' | 'keys' | 'changes';
  /** False for a batch that does not move the cursor: a lookback window, a backfill, a repair. */
  readonly advances: boolean;
  readonly batch_id: string;
  readonly table_id: string;
  readonly pipeline: string;
  readonly target: string;
  /** Exact scoped name. */
  readonly table: string;
  readonly epoch: number;
  /** Gap-free within an epoch, from 1. */
  readonly seq: number;
  readonly generation: number;
  readonly run_id: string;
  /** When the batch was checkpointed, UTC, ISO 8601 with milliseconds. */
  readonly batch_ts: string;
  readonly snapshot: { readonly id: string; readonly final: boolean } | null;
  readonly range: { readonly after: Position | null; readonly up_to: Position | null; readonly below: string | null };
  /** Of a page of a first load: the mark that was fixed before it. */
  readonly first_load_mark?: Bound;
  readonly counts: { readonly rows: number; readonly quarantined: number; readonly bytes: number; readonly policies: readonly PolicyCount[] };
  readonly parts: readonly StagedPart[];
  readonly quarantine: { readonly key: string; readonly rows: number } | null;
  /** Seqs of this epoch's batches whose quarantined rows have been read once more; absent in most batches. */
  readonly requeues?: readonly number[];
  readonly frozen: FrozenBatch;
  /** Hex sha256 of the stored bytes of the manifest with the previous seq; null for seq 1. */
  readonly previous_manifest_sha256: string | null;
}

/** A manifest with the place and the digest of its stored bytes. */
export interface StoredManifest {
  readonly manifest: BatchManifest;
  readonly key: string;
  readonly sha256: string;
}
