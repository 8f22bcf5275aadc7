import type { Progress, StageState, TableTask, WatermarkDocument } from '@tidemark/domain';
import { tableId } from './table-id.ts';

export interface InitialWatermarkOptions {
  /** Fresh, e.g. a random UUID. */
  readonly writeId: string;
  readonly at: Date;
  /** 1 unless the ledger knows earlier epochs. */
  readonly epoch?: number;
  /** The lease's generation; 0 where no lease is used. */
  readonly generation?: number;
  readonly phase?: WatermarkDocument['phase'];
  readonly runId?: string | null;
}

const NOTHING_DONE: Progress = { seq: 0, position: null, manifest_sha256: null };
const NOT_BEGUN: StageState = { status: 'pending', total_rows: 0, last_session_rows: 0, last_session_run_id: null, total_files: 0, last_updated: null, error: null };

/** The watermark of a table of which nothing has been read. Nothing is stored. */
export function initialWatermark(task: TableTask, { writeId, at, epoch = 1, generation = 0, phase = 'first_load', runId = null }: InitialWatermarkOptions): WatermarkDocument {
  return {
    format_version: 1,
    write_id: writeId,
    pipeline: task.pipeline,
    target: task.target,
    table: task.table,
    table_id: tableId(task),
    epoch,
    generation,
    phase,
    first_load_mark: null,
    staged_through: NOTHING_DONE,
    loaded_through: NOTHING_DONE,
    source_id: null,
    target_oid: null,
    schema_fingerprint: null,
    column_mapping: {},
    mysql_state: NOT_BEGUN,
    redshift_state: NOT_BEGUN,
    run_id: runId,
    updated_at: at.toISOString(),
  };
}
