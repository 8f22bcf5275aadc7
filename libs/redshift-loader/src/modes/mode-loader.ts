import type { LoadMode, StagedColumn } from '@tidemark/domain';
import { LoaderError } from '../errors.ts';
import type { RedshiftSession, TargetTable } from '../ports.ts';
import { merge } from './merge.ts';

/** A staged group on its way into the target, inside the load transaction. */
export interface StagedGroup {
  readonly target: TargetTable;
  /** The session's staging table, already counted. */
  readonly stage: string;
  readonly rowCount: number;
  readonly batchCount: number;
  readonly columns: readonly StagedColumn[];
  readonly keys: readonly StagedColumn[];
  readonly versionColumns: readonly StagedColumn[];
}

/** What a mode did to the target. */
export interface ModeResult {
  readonly rowsInserted: number;
  readonly rowsDeleted: number;
}

/** Moves a staged group into the target. Sends no COMMIT and nothing that commits by itself. */
export type ModeLoader = (session: RedshiftSession, group: StagedGroup) => Promise<ModeResult>;

const MODES: Partial<Record<LoadMode, ModeLoader>> = { merge };

/** @throws LoaderError `LOADER_MODE_UNSUPPORTED` */
export function modeLoader(mode: LoadMode): ModeLoader {
  const loader = MODES[mode];
  if (loader !== undefined) return loader;
  throw new LoaderError('LOADER_MODE_UNSUPPORTED', { message: `The batch was staged for load mode ${mode}; this version loads ${Object.keys(MODES).join(', ')}.`, details: { mode } });
}
