import { shellWord, type Position, type StageStatus, type TableTask, type WatermarkDocument } from '@tidemark/domain';
import type { SyncPorts } from './ports.ts';
import { lagOfSource, lagOfWatermark, type AskedSource, type TableLag } from './table-lag.ts';

/** How a table stands, at a glance. */
export interface TableStatus {
  readonly table: string;
  readonly pipeline: string;
  /** `none`: never synced. `unreadable`: the watermark is corrupt, newer or another table's. */
  readonly state: 'none' | 'unreadable' | 'running' | 'failed' | 'awaiting_load' | 'idle';
  readonly phase: WatermarkDocument['phase'] | null;
  readonly epoch: number | null;
  readonly lastRun: { readonly runId: string | null; readonly at: string; readonly extraction: StageStatus; readonly load: StageStatus; readonly rows: number } | null;
  readonly totalRows: number;
  readonly loadedThrough: Position | null;
  /** Null without a watermark that can be read. */
  readonly lag: TableLag | null;
  readonly awaitingLoad: { readonly batches: number; readonly files: number; readonly bytes: number };
  /** Who works on the table now. */
  readonly holder: { readonly runId: string; readonly host: string; readonly until: string } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** What to do next, as a command or a sentence; null when there is nothing to do. */
  readonly nextAction: string | null;
}

/**
 * Reads what S3 knows of a table; what is loaded is told by the watermark, which may lag behind the ledger after a crash.
 * @param asked the source, to tell how far the table lies behind it; without it neither database is asked
 */
export async function tableStatus(task: TableTask, ports: Pick<SyncPorts, 'watermarks' | 'manifests' | 'leases'>, now: Date, asked: AskedSource | null = null): Promise<TableStatus> {
  const [found, lease] = await Promise.all([ports.watermarks.examine(task), ports.leases.inspect(task)]);
  const holder = lease?.state === 'held' ? { runId: lease.document.owner.run_id, host: lease.document.owner.host, until: lease.until.toISOString() } : null;
  const nothing: TableStatus = {
    table: task.table, pipeline: task.pipeline, state: holder === null ? 'none' : 'running', phase: null, epoch: null, lastRun: null, totalRows: 0, loadedThrough: null, lag: null,
    awaitingLoad: { batches: 0, files: 0, bytes: 0 }, holder, error: null, nextAction: null,
  };
  const options = `-p ${shellWord(task.pipeline)} -t ${shellWord(task.table.slice(task.table.indexOf(':') + 1))}`;
  if (found.kind === 'none') return { ...nothing, nextAction: holder === null ? `tidemark sync pipeline ${options}` : waitFor(holder) };
  if (found.kind === 'unreadable') {
    const { code, message, remedy } = found.error;
    return { ...nothing, state: 'unreadable', error: { code, message }, nextAction: remedy[0] ?? null };
  }
  const { document } = found.stored;
  const waiting = await ports.manifests.list(task, document.epoch, document.loaded_through.seq);
  const awaitingLoad = {
    batches: waiting.length,
    files: waiting.reduce((sum, { manifest }) => sum + manifest.parts.length, 0),
    bytes: waiting.reduce((sum, { manifest }) => sum + manifest.counts.bytes, 0),
  };
  const lag = asked === null ? lagOfWatermark(document, now) : await lagOfSource(document, now, asked);
  const error = document.redshift_state.error ?? document.mysql_state.error;
  const state = holder !== null ? 'running' : error !== null ? 'failed' : awaitingLoad.batches > 0 ? 'awaiting_load' : 'idle';
  return {
    ...nothing, state, phase: document.phase, epoch: document.epoch,
    lastRun: { runId: document.run_id, at: document.updated_at, extraction: document.mysql_state.status, load: document.redshift_state.status, rows: document.redshift_state.last_session_rows },
    totalRows: document.redshift_state.total_rows,
    loadedThrough: document.loaded_through.position,
    lag,
    awaitingLoad, error,
    nextAction: holder !== null ? waitFor(holder) : error !== null || isBehind(document, lag, awaitingLoad.batches) ? `tidemark sync pipeline ${options}` : awaitingLoad.batches > 0 ? `tidemark sync pipeline ${options} --redshift-only` : null,
  };
}

function waitFor({ runId, host }: { readonly runId: string; readonly host: string }): string {
  return `wait for run ${runId} on host ${host}`;
}

/** True when something waits at the source, as far as is known: its newest row is newer, or a first reading has not come to its end. */
function isBehind({ phase }: WatermarkDocument, { measured, seconds }: TableLag, waiting: number): boolean {
  return (measured === 'newest_source_row' && seconds !== null && seconds > 0) || (phase === 'first_load' && waiting === 0);
}
