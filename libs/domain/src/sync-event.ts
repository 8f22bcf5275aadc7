import type { Finding } from './finding.ts';
import type { PolicyCount } from './staged-column.ts';

interface EventBase {
  readonly v: 1;
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly runId: string;
  readonly pipeline: string;
}

interface TableEventBase extends EventBase {
  /** Exact scoped name. */
  readonly table: string;
}

/**
 * What a run tells while it works. Progress, JSON lines, logs and traces are readers of it.
 * When a table is planned, `estimatedRows` is how many rows the source has, and `rowsToRead` how many of them the run will read: both are
 * the server's estimate, and the second is there only where the whole table is read.
 */
export type SyncEvent =
  | (EventBase & { readonly type: 'run'; readonly phase: 'started' | 'finished'; readonly tables: readonly string[]; readonly status?: 'success' | 'partial_success' | 'failed' })
  | (TableEventBase & { readonly type: 'table'; readonly phase: 'started' | 'planned' | 'finished' | 'failed'; readonly estimatedRows?: number; readonly rowsToRead?: number; readonly rowsExtracted?: number; readonly rowsLoaded?: number; readonly errorCode?: string })
  | (TableEventBase & { readonly type: 'batch'; readonly phase: 'started' | 'reading' | 'staged'; readonly epoch: number; readonly seq: number; readonly rows: number; readonly bytes: number })
  | (TableEventBase & { readonly type: 'part'; readonly phase: 'staged'; readonly key: string; readonly rows: number; readonly bytes: number })
  | (TableEventBase & { readonly type: 'load'; readonly phase: 'started' | 'committed' | 'retrying'; readonly batchIds: readonly string[]; readonly rows: number; readonly rowsInserted?: number; readonly rowsDeleted?: number; readonly reason?: string })
  | (TableEventBase & { readonly type: 'lease'; readonly phase: 'acquired' | 'waiting' | 'released' | 'lost'; readonly generation?: number; readonly holder?: string })
  | (TableEventBase & { readonly type: 'finding'; readonly finding: Finding })
  | (TableEventBase & { readonly type: 'policy'; readonly counts: readonly PolicyCount[] });
