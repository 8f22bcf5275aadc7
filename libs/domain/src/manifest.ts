import type { FrozenShape } from './frozen-shape.ts';
import type { PolicyCount, StagedColumn } from './staged-column.ts';
import type { Position } from './position.ts';

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
  readonly counts: { readonly rows: number; readonly quarantined: number; readonly bytes: number; readonly policies: readonly PolicyCount[] };
  readonly parts: readonly StagedPart[];
  readonly quarantine: { readonly key: string; readonly rows: number } | null;
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
