import type { RunResult, TableResult } from '@tidemark/domain';
import { fileForm } from '@tidemark/layout';

/** An object that tells an orchestrator how a run ended. */
export interface CompletionMarker {
  readonly key: string;
  readonly body: string;
  readonly contentType: 'application/json' | 'text/plain';
}

export interface MarkersRequest {
  /** Ends with `/` or is empty. */
  readonly prefix: string;
  /** The source's connection: with a table it makes the name that files go by. */
  readonly connection: string;
  readonly result: RunResult;
}

/**
 * The markers of a run, in the order in which they are written: what a sensor waits for comes last.
 *
 * - `{prefix}{pipeline}/{form}/{YYYYMMDD_HHMMSS}/execution_metadata.json`, `table_metrics.json`, then `completion_marker.txt`
 * - `{prefix}{YYYYMMDD}/sync_{form}_{SUCCESS|FAILED}` and, last of all, `pipeline_{form}_{SUCCESS|PARTIAL_SUCCESS|FAILED}`
 *
 * Days and times are those of the run's end, UTC.
 */
export function completionMarkers({ prefix, connection, result }: MarkersRequest): readonly CompletionMarker[] {
  const digits = result.end_time.slice(0, 19).replaceAll(/[-:]/g, '');
  const [day, time] = [digits.slice(0, 8), digits.slice(9, 15)];
  const tables = Object.entries(result.table_results).map(([name, outcome]) => ({ name, outcome, form: fileForm(`${connection}:${name}`) }));
  const perRun = tables.flatMap((table) => runMarkers(`${prefix}${result.pipeline}/${table.form}/${day}_${time}/`, result, table.name, table.outcome));
  const sensed = tables.map(({ name, outcome, form }) => {
    const status = statusOf(outcome);
    return json(`${prefix}${day}/sync_${form}_${status}`, { table: name, status, execution_id: result.execution_id, completion_time: result.end_time });
  });
  const status = result.status.toUpperCase();
  const pipeline = json(`${prefix}${day}/pipeline_${pipelineForm(result.pipeline)}_${status}`, {
    pipeline: result.pipeline, tables: tables.map(({ name }) => name), status, execution_id: result.execution_id, completion_time: result.end_time, tables_count: tables.length,
  });
  return [...perRun, ...sensed, pipeline];
}

/** The predictable marker of one table, as a person writes it by hand. */
export function tableMarker({ prefix, connection, table, status, at, executionId }: { readonly prefix: string; readonly connection: string; readonly table: string; readonly status: 'SUCCESS' | 'FAILED'; readonly at: Date; readonly executionId: string }): CompletionMarker {
  const day = at.toISOString().slice(0, 10).replaceAll('-', '');
  return json(`${prefix}${day}/sync_${fileForm(`${connection}:${table}`)}_${status}`, { table, status, execution_id: executionId, completion_time: at.toISOString() });
}

function runMarkers(folder: string, { table_results: _tables, ...run }: RunResult, table: string, outcome: TableResult): CompletionMarker[] {
  const { execution_id, start_time, end_time, duration_seconds, pipeline, context } = run;
  return [
    json(`${folder}execution_metadata.json`, { execution_id, pipeline, table, start_time, end_time, duration_seconds, context }),
    json(`${folder}table_metrics.json`, { table, ...outcome }),
    { key: `${folder}completion_marker.txt`, body: `${statusOf(outcome)}\n`, contentType: 'text/plain' },
  ];
}

function statusOf({ status }: TableResult): 'SUCCESS' | 'FAILED' {
  return status === 'success' || status === 'up_to_date' ? 'SUCCESS' : 'FAILED';
}

function pipelineForm(identity: string): string {
  return identity.toLowerCase().replaceAll('-', '_');
}

function json(key: string, document: unknown): CompletionMarker {
  return { key, body: `${JSON.stringify(document, null, 2)}\n`, contentType: 'application/json' };
}
