import type { FrozenScd2, LoadMode, StagedColumn } from '@tidemark/domain';
import type { RedshiftSession, TargetTable } from '../ports.ts';
import { append } from './append.ts';
import { merge } from './merge.ts';
import { replace } from './replace.ts';
import { scd2 } from './scd2.ts';

/** A staged group on its way into the target, inside the load transaction. */
export interface StagedGroup {
  readonly target: TargetTable;
  /** The relation that has the rows, as it stands in SQL: the session's staging table, or the shadow table of a snapshot set. */
  readonly stage: string;
  readonly rowCount: number;
  readonly batchCount: number;
  readonly columns: readonly StagedColumn[];
  readonly keys: readonly StagedColumn[];
  readonly versionColumns: readonly StagedColumn[];
  /** False for batches that read a range once more. */
  readonly advances: boolean;
  /** The group is the first of its epoch. */
  readonly opensEpoch: boolean;
  /** The target has columns that are not staged. */
  readonly targetHasMoreColumns: boolean;
  /** The user wants one row per key in a target whose keys repeat. */
  readonly dedupeTarget: boolean;
  readonly scd2: FrozenScd2 | undefined;
  /** The stage holds every row that the source had. */
  readonly isCompleteSet: boolean;
  /** When the newest batch was checkpointed, UTC, `YYYY-MM-DD hh:mm:ss.mmm`: the same on every try. */
  readonly setTime: string;
}

/** What a mode did to the target. */
export interface ModeResult {
  readonly rowsInserted: number;
  readonly rowsDeleted: number;
}

/** Moves a staged group into the target. Sends no COMMIT and nothing that commits by itself. */
export type ModeLoader = (session: RedshiftSession, group: StagedGroup) => Promise<ModeResult>;

/** How each load mode gets rows into the target. */
export const MODES: Readonly<Record<LoadMode, ModeLoader>> = { append, merge, replace, scd2 };
