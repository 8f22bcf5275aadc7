import type { Position, StageStatus, TableTask, WatermarkDocument } from '@tidemark/domain';
import type { SyncPorts } from './ports.ts';

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
  /** How far the newest loaded row lies behind the present, where its position begins with a time; else null. */
  readonly lagSeconds: number | null;
  readonly awaitingLoad: { readonly batches: number; readonly files: number; readonly bytes: number };
  /** Who works on the table now. */
  readonly holder: { readonly runId: string; readonly host: string; readonly until: string } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** What to do next, as a command or a sentence; null when there is nothing to do. */
  readonly nextAction: string | null;
}

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/;

/** Reads what S3 knows of a table; neither database is asked. What is loaded is told by the watermark, which may lag behind the ledger after a crash. */
export async function tableStatus(task: TableTask, ports: Pick<SyncPorts, 'watermarks' | 'manifests' | 'leases'>, now: Date): Promise<TableStatus> {
  const [found, lease] = await Promise.all([ports.watermarks.examine(task), ports.leases.inspect(task)]);
  const holder = lease?.state === 'held' ? { runId: lease.document.owner.run_id, host: lease.document.owner.host, until: lease.until.toISOString() } : null;
  const nothing: TableStatus = {
    table: task.table, pipeline: task.pipeline, state: holder === null ? 'none' : 'running', phase: null, epoch: null, lastRun: null, totalRows: 0, loadedThrough: null, lagSeconds: null,
    awaitingLoad: { batches: 0, files: 0, bytes: 0 }, holder, error: null, nextAction: null,
  };
  const options = `-p ${task.pipeline} -t ${task.table.slice(task.table.indexOf(':') + 1)}`;
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
  const error = document.redshift_state.error ?? document.mysql_state.error;
  const state = holder !== null ? 'running' : error !== null ? 'failed' : awaitingLoad.batches > 0 ? 'awaiting_load' : 'idle';
  return {
    ...nothing, state, phase: document.phase, epoch: document.epoch,
    lastRun: { runId: document.run_id, at: document.updated_at, extraction: document.mysql_state.status, load: document.redshift_state.status, rows: document.redshift_state.last_session_rows },
    totalRows: document.redshift_state.total_rows,
    loadedThrough: document.loaded_through.position,
    lagSeconds: lagOf(document.loaded_through.position, now),
    awaitingLoad, error,
    nextAction: holder !== null ? waitFor(holder) : error !== null ? `tidemark sync pipeline ${options}` : awaitingLoad.batches > 0 ? `tidemark sync pipeline ${options} --redshift-only` : null,
  };
}

function waitFor({ runId, host }: { readonly runId: string; readonly host: string }): string {
  return `wait for run ${runId} on host ${host}`;
}

/** Cursors are compared in UTC here: a status is a glance, no decision depends on it. */
function lagOf(position: Position | null, now: Date): number | null {
  const text = position?.kind === 'tick' ? position.value : position?.kind === 'keyset' ? position.values[0] : undefined;
  if (text === undefined || !TIME.test(text)) return null;
  return Math.max(0, Math.round((now.getTime() - Date.parse(`${text.replace(' ', 'T')}Z`)) / 1000));
}
