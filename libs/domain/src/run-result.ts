import type { PolicyCount } from './staged-column.ts';

export type RunStatus = 'success' | 'partial_success' | 'failed';
export type TableStatus = 'success' | 'failed' | 'skipped' | 'up_to_date';

/** The outcome of one table. Field names are those of the published JSON. */
export interface TableResult {
  readonly status: TableStatus;
  /** Rows that this run committed in Redshift; with `--backup-only`, rows staged. */
  readonly rows_processed: number;
  readonly files_created: number;
  readonly duration_seconds: number;
  readonly rows_extracted: number;
  readonly rows_loaded: number;
  /** Rows set aside by the batches that this run staged or loaded. */
  readonly rows_quarantined: number;
  /** With `--requeue`: quarantined rows that were looked up once more. */
  readonly rows_requeued?: number;
  readonly policy_counts: readonly PolicyCount[];
  /** True when a row limit ended the reading. */
  readonly limited: boolean;
  /** True when a snapshot of the table was not read to its end: nothing is swapped in. */
  readonly incomplete?: boolean;
  /** Rows dated after now: they are read when their time has come. */
  readonly rows_ahead?: number;
  /** Why nothing was done, or what to know. */
  readonly note?: string;
  readonly completed_at?: string;
  readonly failed_at?: string;
  readonly error_code?: string;
  readonly error_message?: string;
  readonly error_remedy?: readonly string[];
  readonly error_details?: Readonly<Record<string, unknown>>;
}

/** The document of one run: `sync --json` prints exactly this. */
export interface RunResult {
  readonly execution_id: string;
  /** UTC, `2026-01-31T12:00:05.123456+00:00`. */
  readonly start_time: string;
  readonly end_time: string;
  readonly duration_seconds: number;
  readonly pipeline: string;
  readonly tables_requested: readonly string[];
  readonly total_tables: number;
  readonly status: RunStatus;
  readonly table_results: Readonly<Record<string, TableResult>>;
  readonly summary: { readonly success_count: number; readonly failure_count: number; readonly total_rows_processed: number; readonly total_files_created: number };
  readonly context: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  readonly error: { readonly code: string; readonly message: string; readonly remedy: readonly string[] } | null;
  /** Exit code of the command, the same with and without JSON. */
  readonly exit_code: number;
}
