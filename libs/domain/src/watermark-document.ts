import type { KnownSchema } from './frozen-shape.ts';
import type { Bound, Position } from './position.ts';
import type { TidemarkError } from './tidemark-error.ts';

export type StageStatus = 'pending' | 'in_progress' | 'success' | 'failed';

/** One stage of a table: extraction to S3, or the load into Redshift. */
export interface StageState {
  readonly status: StageStatus;
  /** Rows of all sessions. */
  readonly total_rows: number;
  /** Rows of the newest session that did anything. */
  readonly last_session_rows: number;
  /** The run whose rows `last_session_rows` counts. */
  readonly last_session_run_id: string | null;
  /** Files of all sessions. */
  readonly total_files: number;
  /** UTC, ISO 8601. */
  readonly last_updated: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** A place that a stage has reached. */
export interface Progress {
  /** Sequence number of the newest batch; 0 before the first. */
  readonly seq: number;
  /** Where reading goes on; null before the first row. */
  readonly position: Position | null;
  /** Digest of the newest batch's manifest; null before the first. */
  readonly manifest_sha256: string | null;
}

/** What decides which rows of a table are read; rows that a change lets in lie behind the position and would never be. */
export interface ReadingRule {
  /** The epoch in which rows were read by it. */
  readonly epoch: number;
  readonly strategy: string;
  /** Null without a condition. */
  readonly additional_where: string | null;
  /** Null when the table itself is read. */
  readonly custom_query: string | null;
}

/** The state of one (pipeline, target, table). Field names are those of the stored JSON. */
export interface WatermarkDocument {
  readonly format_version: 1;
  readonly write_id: string;
  readonly pipeline: string;
  readonly target: string;
  /** Exact scoped name. */
  readonly table: string;
  readonly table_id: string;
  readonly epoch: number;
  readonly generation: number;
  readonly phase: 'first_load' | 'incremental' | 'snapshot';
  /** The bound that was fixed before the first load began; increments start there. Null outside a first load. */
  readonly first_load_mark: Bound | null;
  /** The newest snapshot set that was begun, and whether it is staged to its end. */
  readonly snapshot?: { readonly id: string; readonly final: boolean } | null;
  /** What decided which rows were read in this epoch. */
  readonly reading?: ReadingRule | null;
  readonly staged_through: Progress;
  readonly loaded_through: Progress;
  readonly source_id: string | null;
  readonly target_oid: string | null;
  readonly schema_fingerprint: string | null;
  /** Of the newest staged batch; absent before the first. */
  readonly schema?: KnownSchema;
  readonly column_mapping: Readonly<Record<string, string>>;
  /** Fingerprint of the key with which the newest batch's columns were hashed; absent while none was. */
  readonly hash_key?: string;
  readonly mysql_state: StageState;
  readonly redshift_state: StageState;
  readonly run_id: string | null;
  /** UTC, ISO 8601. */
  readonly updated_at: string;
}

/** A watermark with the ETag that the next write must carry. */
export interface StoredWatermark {
  readonly document: WatermarkDocument;
  readonly etag: string;
}

/** What stands where a watermark belongs. */
export type FoundWatermark =
  | { readonly kind: 'none' }
  | { readonly kind: 'readable'; readonly stored: StoredWatermark }
  /** A corrupt, newer or foreign document, with the error that reading it gives. */
  | { readonly kind: 'unreadable'; readonly etag: string; readonly error: TidemarkError };
