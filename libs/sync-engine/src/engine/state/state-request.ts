import type { ResolvedTable } from '@tidemark/config';
import type { LoadMode, Logger, SyncEvent, TableTask } from '@tidemark/domain';
import type { TargetTable } from '../ports.ts';
import type { PipelineSettings, RunSurroundings } from '../sync-request.ts';

/** What every command on a table's state needs to know. */
export interface StateRequest {
  readonly task: TableTask;
  readonly target: TargetTable;
  /** How batches are loaded now: in append, rows that are read again stand there twice. Null where the table's key decides: append without one. */
  readonly mode: LoadMode | null;
  readonly runId: string;
  readonly leaseWaitMs: number;
  readonly signal: AbortSignal;
  readonly surroundings: RunSurroundings;
  /** Says what would be done, takes no lease and changes nothing. */
  readonly isDryRun: boolean;
  /** Takes a target over whose ledger another pipeline owns. */
  readonly adopt?: boolean;
}

/** A change that begins an epoch. */
export interface EpochRequest extends StateRequest {
  /** In append mode: rows may stand in the target twice afterwards. */
  readonly acceptDuplicates: boolean;
  /** Loads what is staged first, with these settings; null drops it. */
  readonly preserve: StagedLoad | null;
}

/** What loading staged batches needs besides. */
export interface StagedLoad {
  readonly settings: PipelineSettings;
  readonly table: ResolvedTable;
  readonly logger: Logger;
  readonly emit: (event: SyncEvent) => void;
}
