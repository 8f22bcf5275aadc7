import { isTidemarkError, TidemarkError, type RunResult, type RunStatus, type SyncEvent, type TableResult } from '@tidemark/domain';
import type { ResolvedTable } from '@tidemark/config';
import { SyncError } from './errors.ts';
import type { SyncPorts } from './ports.ts';
import { runExitCode } from './run-exit-code.ts';
import type { SyncRequest, SyncStages } from './sync-request.ts';
import { runTables } from './run-tables.ts';
import { syncTable } from './sync-table.ts';
import { RunCounts } from './table-run.ts';
import { TimeLimit } from './time-limit.ts';

/**
 * Syncs the tables of a request, several at the same time and each after those that it depends on; one that fails stops only those.
 * Never throws for a table: the result says what happened, `exit_code` included.
 */
export async function syncPipeline(request: SyncRequest, ports: SyncPorts): Promise<RunResult> {
  const { surroundings, settings, runId } = request;
  const start = surroundings.now();
  const names = request.tables.map((table) => table.name);
  const base = { v: 1, runId, pipeline: settings.pipeline, type: 'run', tables: names } as const;
  request.emit({ ...base, at: start.toISOString(), phase: 'started' });
  using limit = new TimeLimit(request.signal, settings.timeoutMs);
  const warnings = new Set<string>();
  const emit = (event: SyncEvent): void => {
    if (event.type === 'finding' && event.finding.severity === 'warning') warnings.add(warningText(event.finding.table ?? event.table, event.finding.message));
    request.emit(event);
  };
  const limited = { ...request, emit, signal: limit.signal };
  const outcomes = await runTables(
    request.tables, settings.maxParallelTables,
    (table, failed) => (failed.length > 0 ? Promise.resolve(skippedFor(table, failed)) : outcomeOf(limited, table, ports)),
    ({ result, error }) => error === null && result.status !== 'skipped',
  );
  const end = surroundings.now();
  const result = assembleResult(request, start, end, outcomes, [...warnings]);
  request.emit({ ...base, at: end.toISOString(), phase: 'finished', status: result.status });
  return result;
}

/** Names the table once. */
function warningText(table: string, message: string): string {
  return message.includes(table) ? message : `${table}: ${message}`;
}

interface Outcome {
  readonly table: ResolvedTable;
  readonly result: TableResult;
  readonly error: TidemarkError | null;
}

async function outcomeOf(request: SyncRequest, table: ResolvedTable, ports: SyncPorts): Promise<Outcome> {
  const startedAt = request.surroundings.now();
  const counts = new RunCounts();
  try {
    request.signal.throwIfAborted();
    const { aroundTable = (_table, work) => work() } = request;
    return { table, result: await aroundTable(table, () => syncTable(request, table, ports, counts)), error: null };
  } catch (cause) {
    const error = placed(errorOf(cause, request.signal), request.signal, counts);
    const failedAt = request.surroundings.now();
    request.logger.error({ pipeline: request.settings.pipeline, table: table.scopedName, runId: request.runId, code: error.code, kind: error.kind, cause: stackOf(cause) }, error.message);
    request.emit({ v: 1, at: failedAt.toISOString(), runId: request.runId, pipeline: request.settings.pipeline, type: 'table', table: table.scopedName, phase: 'failed', errorCode: error.code });
    return { table, error, result: failedResult(error, startedAt, failedAt, counts, request.stages) };
  }
}

/** A table that was not begun, since one that it depends on did not end well. */
function skippedFor(table: ResolvedTable, failed: readonly string[]): Outcome {
  const note = `Not begun, because ${failed.join(' and ')} did not end well.`;
  return { table, error: null, result: { status: 'skipped', rows_processed: 0, files_created: 0, duration_seconds: 0, rows_extracted: 0, rows_loaded: 0, rows_quarantined: 0, policy_counts: [], limited: false, note } };
}

/** What was committed before the failure stands, and is counted. */
function failedResult(error: TidemarkError, startedAt: Date, failedAt: Date, counts: RunCounts, stages: SyncStages): TableResult {
  return {
    status: 'failed', rows_processed: counts.processed(stages), files_created: counts.filesCreated, duration_seconds: (failedAt.getTime() - startedAt.getTime()) / 1000,
    rows_extracted: counts.rowsExtracted, rows_loaded: counts.rowsLoaded, rows_quarantined: counts.rowsQuarantined, policy_counts: counts.policies, limited: counts.limited,
    failed_at: failedAt.toISOString(), error_code: error.code, error_message: error.message, error_remedy: error.remedy, error_details: error.details,
  };
}

function errorOf(cause: unknown, signal: AbortSignal): TidemarkError {
  if (isTidemarkError(cause)) return cause;
  if (signal.aborted && cause === signal.reason) return new SyncError('SYNC_INTERRUPTED', { message: 'The run was interrupted; what was staged and loaded so far stands.', cause });
  return new SyncError('SYNC_UNEXPECTED', { message: `Unexpected: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`, cause });
}

/** An interruption says where it left the table: the next run goes on from there. Its code and its exit stay. */
function placed(error: TidemarkError, signal: AbortSignal, { rowsStaged, rowsLoaded }: RunCounts): TidemarkError {
  if (!signal.aborted || error.kind !== 'cancelled') return error;
  const where = rowsStaged + rowsLoaded === 0 ? 'Nothing was staged or loaded by this run' : `${rowsStaged} rows were staged and ${rowsLoaded} loaded by this run, and stand`;
  const { code, kind, exit, retry, remedy, details } = error;
  return new TidemarkError(code, { kind, exit, retry, remedy, summary: '' }, { message: `${error.message} ${where}; the next run goes on from there.`, details: { ...details, rowsStaged, rowsLoaded }, cause: error });
}

function stackOf(cause: unknown): string | undefined {
  return isTidemarkError(cause) || !(cause instanceof Error) ? undefined : cause.stack;
}

function assembleResult(request: SyncRequest, start: Date, end: Date, outcomes: readonly Outcome[], warnings: readonly string[]): RunResult {
  const results = outcomes.map(({ result }) => result);
  const errors = outcomes.flatMap(({ error }) => (error === null ? [] : [error]));
  const succeeded = results.filter(({ status: ended }) => ended === 'success' || ended === 'up_to_date').length;
  const sum = (field: 'rows_processed' | 'files_created'): number => results.reduce((total, result) => total + result[field], 0);
  const isQuarantined = results.some((result) => result.rows_quarantined > 0);
  const status: RunStatus = errors.length === 0 ? (isQuarantined ? 'partial_success' : 'success') : succeeded === 0 ? 'failed' : 'partial_success';
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
    table_results: Object.fromEntries(outcomes.map(({ table, result }) => [table.name, result])),
    summary: { success_count: succeeded, failure_count: errors.length, total_rows_processed: sum('rows_processed'), total_files_created: sum('files_created') },
    context: request.context,
    warnings,
    error: first === undefined || status !== 'failed' ? null : { code: first.code, message: first.message, remedy: first.remedy },
    exit_code: runExitCode(errors, results.length, isQuarantined),
  };
}

/** `2026-01-31T12:00:05.123000+00:00`. */
function microsecondText(at: Date): string {
  return at.toISOString().replace('Z', '000+00:00');
}
