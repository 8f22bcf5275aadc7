import type { ResolvedTable } from '@tidemark/config';
import type { BackfillOrder } from './backfill.ts';
import type { Logger, SyncEvent } from '@tidemark/domain';

/** What a pipeline's tables have in common. */
export interface PipelineSettings {
  /** The pipeline's identity. */
  readonly pipeline: string;
  readonly target: string;
  readonly workSchema: string;
  readonly cursorTimeZone: string;
  readonly incrementalPath: string;
  readonly watermarkPath: string;
  readonly isolationPrefix: string;
  readonly partitionStrategy: 'table' | 'datetime' | 'hybrid';
  readonly compression: 'snappy' | 'gzip' | 'zstd' | 'uncompressed';
  readonly leaseWaitMs: number;
  /** Fingerprint of the key of hashed columns; null without a key. */
  readonly hashKey: string | null;
  /** Tables that are worked on at the same time. */
  readonly maxParallelTables: number;
  /** The run stops at a safe point after this time; 0: never. */
  readonly timeoutMs: number;
}

/** The clock and the dice of a run; a test replaces them. */
export interface RunSurroundings {
  /** Local time, for results and events only: no decision about data depends on it. */
  readonly now: () => Date;
  /** A new unguessable text for a document's `write_id`. */
  readonly newWriteId: () => string;
  /** Waits before the source is asked again; real time when left out. Rejects with the signal's reason when that aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** `both`: MySQL to Redshift. `backup-only`: MySQL to S3, Redshift is not reached. `redshift-only`: S3 to Redshift, MySQL is not reached. */
export type SyncStages = 'both' | 'backup-only' | 'redshift-only';

export interface SyncRequest {
  readonly runId: string;
  readonly settings: PipelineSettings;
  readonly tables: readonly ResolvedTable[];
  readonly stages: SyncStages;
  /** Most rows to read per table; null without a limit. */
  readonly limit: number | null;
  /** A target table may be built anew where a column's type cannot be changed in place. */
  readonly allowRebuild?: boolean;
  /** A target table whose ledger another pipeline owns is taken over. */
  readonly adoptTable?: boolean;
  /** Reads this range once more instead of what is new; the cursor stays where it is. */
  readonly backfill?: BackfillOrder;
  /** A merge leaves the newest row of each key that repeats in the target, instead of stopping. */
  readonly dedupeTarget?: boolean;
  /** Reads quarantined rows once more before anything else. */
  readonly requeue?: boolean;
  /** Facts that the result repeats under `context`. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly emit: (event: SyncEvent) => void;
  readonly logger: Logger;
  /** Put around the work on each table, e.g. to give its log lines their context. */
  readonly aroundTable?: <T>(table: ResolvedTable, work: () => Promise<T>) => Promise<T>;
  readonly surroundings: RunSurroundings;
}
