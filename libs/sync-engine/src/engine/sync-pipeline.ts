import { isTidemarkError, type RunResult, type RunStatus, type TableResult, type TidemarkError } from '@tidemark/domain';
import type { ResolvedTable } from '@tidemark/config';
import { SyncError } from './errors.ts';
import type { SyncPorts } from './ports.ts';
import type { SyncRequest } from './sync-request.ts';
import { syncTable } from './sync-table.ts';

/** Some tables failed, or they failed in different ways. */
const EXIT_SOME_FAILED = 3;
const EXIT_UNEXPECTED = 70;

/**
 * Syncs the tables of a request, one after the other; one that fails does not stop the others.
 * Never throws for a table: the result says what happened, `exit_code` included.
 */
export async function syncPipeline(request: SyncRequest, ports: SyncPorts): Promise<RunResult> {
  const { surroundings, settings, runId } = request;
  const start = surroundings.now();
  const names = request.tables.map((table) => table.name);
  const base = { v: 1, runId, pipeline: settings.pipeline, type: 'run', tables: names } as const;
  request.emit({ ...base, at: start.toISOString(), phase: 'started' });
  const outcomes = new Map<string, Outcome>();
  for (const table of request.tables) outcomes.set(table.name, await outcomeOf(request, table, ports));
  const end = surroundings.now();
  const result = assembleResult(request, start, end, outcomes);
  request.emit({ ...base, at: end.toISOString(), phase: 'finished', status: result.status });
  return result;
}

interface Outcome {
  readonly result: TableResult;
  readonly error: TidemarkError | null;
}

async function outcomeOf(request: SyncRequest, table: ResolvedTable, ports: SyncPorts): Promise<Outcome> {
  const startedAt = request.surroundings.now();
  try {
    request.signal.throwIfAborted();
    return { result: await syncTable(request, table, ports), error: null };
  } catch (cause) {
    const error = errorOf(cause, request.signal);
    const failedAt = request.surroundings.now();
    request.logger.error({ pipeline: request.settings.pipeline, table: table.scopedName, runId: request.runId, code: error.code, kind: error.kind, cause: stackOf(cause) }, error.message);
    request.emit({ v: 1, at: failedAt.toISOString(), runId: request.runId, pipeline: request.settings.pipeline, type: 'table', table: table.scopedName, phase: 'failed', errorCode: error.code });
    return { error, result: failedResult(error, startedAt, failedAt) };
  }
}

function failedResult(error: TidemarkError, startedAt: Date, failedAt: Date): TableResult {
  return {
    status: 'failed', rows_processed: 0, files_created: 0, duration_seconds: (failedAt.getTime() - startedAt.getTime()) / 1000,
    rows_extracted: 0, rows_loaded: 0, rows_quarantined: 0, policy_counts: [], limited: false,
    failed_at: failedAt.toISOString(), error_code: error.code, error_message: error.message, error_remedy: error.remedy, error_details: error.details,
  };
}

function errorOf(cause: unknown, signal: AbortSignal): TidemarkError {
  if (isTidemarkError(cause)) return cause;
  if (signal.aborted && cause === signal.reason) return new SyncError('SYNC_INTERRUPTED', { message: 'The run was interrupted; what was staged and loaded so far stands.', cause });
  return new SyncError('SYNC_UNEXPECTED', { message: `Unexpected: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`, cause });
}

function stackOf(cause: unknown): string | undefined {
  return isTidemarkError(cause) || !(cause instanceof Error) ? undefined : cause.stack;
}

function assembleResult(request: SyncRequest, start: Date, end: Date, outcomes: ReadonlyMap<string, Outcome>): RunResult {
  const results = [...outcomes.values()].map(({ result }) => result);
  const errors = [...outcomes.values()].flatMap(({ error }) => (error === null ? [] : [error]));
  const sum = (field: 'rows_processed' | 'files_created'): number => results.reduce((total, result) => total + result[field], 0);
  const status: RunStatus = errors.length === 0 ? 'success' : errors.length === results.length ? 'failed' : 'partial_success';
  const [first] = errors;
  return {
    execution_id: request.runId,
    start_time: microsecondText(start),
    end_time: microsecondText(end),
    duration_seconds: (end.getTime() - start.getTime()) / 1000,
    pipeline: request.settings.pipeline,
    tables_requested: request.tables.map((table) => table.name),
    total_tables: results.length,
    status,
    table_results: Object.fromEntries([...outcomes].map(([name, { result }]) => [name, result])),
    summary: { success_count: results.length - errors.length, failure_count: errors.length, total_rows_processed: sum('rows_processed'), total_files_created: sum('files_created') },
    context: request.context,
    warnings: [],
    error: first === undefined || status !== 'failed' ? null : { code: first.code, message: first.message, remedy: first.remedy },
    exit_code: exitCodeOf(status, errors),
  };
}

/** All failed with one code, or one table: that code; else 3. An interruption wins. */
function exitCodeOf(status: RunStatus, errors: readonly TidemarkError[]): number {
  if (status === 'success') return 0;
  const interrupted = errors.find((error) => error.kind === 'cancelled');
  if (interrupted !== undefined) return interrupted.exit;
  const exits = new Set(errors.map((error) => error.exit));
  return status === 'failed' && exits.size === 1 ? (errors[0]?.exit ?? EXIT_UNEXPECTED) : EXIT_SOME_FAILED;
}

/** `2026-01-31T12:00:05.123000+00:00`. */
function microsecondText(at: Date): string {
  return at.toISOString().replace('Z', '000+00:00');
}
