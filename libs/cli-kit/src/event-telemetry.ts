import { context, SpanStatusCode, trace, type Attributes, type Context, type Meter, type Span, type Tracer } from '@opentelemetry/api';
import type { SyncEvent } from '@tidemark/domain';
import type { Reporter } from './progress-reporter.ts';

type TableEvent = Extract<SyncEvent, { readonly table: string }>;

/**
 * Events as spans and figures through the OpenTelemetry API: a run, its tables, their batches and loads.
 * Whose they become is up to the SDK that the process has registered; without one nothing happens.
 */
export function eventTelemetry(tracer: Tracer, meter: Meter): Reporter {
  const rowsExtracted = meter.createCounter('tidemark.rows.extracted', { description: 'Rows staged.', unit: '{row}' });
  const rowsLoaded = meter.createCounter('tidemark.rows.loaded', { description: 'Rows committed in the target.', unit: '{row}' });
  const bytesStaged = meter.createCounter('tidemark.bytes.staged', { description: 'Bytes of Parquet files staged.', unit: 'By' });
  const retries = meter.createCounter('tidemark.load.retries', { description: 'Loads that were tried again.', unit: '{load}' });
  const failures = meter.createCounter('tidemark.table.failures', { description: 'Tables that failed.', unit: '{table}' });
  const open = new Map<string, Span>();

  const begin = (key: string, name: string, at: string, attributes: Attributes, parent: Context): Span => {
    const span = tracer.startSpan(name, { startTime: new Date(at), attributes }, parent);
    open.set(key, span);
    return span;
  };
  const end = (key: string, at: string, attributes: Attributes, error: string | null = null): void => {
    const span = open.get(key);
    if (span === undefined) return;
    open.delete(key);
    span.setAttributes(attributes);
    if (error !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    span.end(new Date(at));
  };
  const below = (key: string): Context => {
    const span = open.get(key);
    return span === undefined ? context.active() : trace.setSpan(context.active(), span);
  };

  const count = (event: TableEvent, labels: Attributes): void => {
    if (event.type === 'batch' && event.phase === 'staged') rowsExtracted.add(event.rows, labels);
    if (event.type === 'part') bytesStaged.add(event.bytes, labels);
    if (event.type === 'load' && event.phase === 'committed') rowsLoaded.add(event.rows, labels);
    if (event.type === 'load' && event.phase === 'retrying') retries.add(1, labels);
    if (event.type === 'table' && event.phase === 'failed') failures.add(1, { ...labels, 'error.type': event.errorCode ?? 'unknown' });
  };

  const follow = (event: TableEvent, labels: Attributes): void => {
    const table = `table ${event.table}`;
    if (event.type === 'table' && event.phase === 'started') begin(table, 'tidemark.table', event.at, labels, below('run'));
    if (event.type === 'batch') {
      const key = `batch ${event.table} ${event.epoch} ${event.seq}`;
      if (event.phase === 'started') begin(key, 'tidemark.batch', event.at, { ...labels, 'tidemark.epoch': event.epoch, 'tidemark.seq': event.seq }, below(table));
      if (event.phase === 'staged') end(key, event.at, { 'tidemark.rows': event.rows, 'tidemark.bytes': event.bytes });
    }
    if (event.type === 'load') {
      const key = `load ${event.table} ${event.batchIds[0] ?? ''}`;
      if (event.phase === 'started') begin(key, 'tidemark.load', event.at, { ...labels, 'tidemark.batches': event.batchIds.length }, below(table));
      if (event.phase === 'retrying') open.get(key)?.addEvent('retry', { reason: event.reason ?? '' }, new Date(event.at));
      if (event.phase === 'committed') end(key, event.at, { 'tidemark.rows': event.rows });
    }
    if (event.type !== 'table' || (event.phase !== 'finished' && event.phase !== 'failed')) return;
    const error = event.phase === 'failed' ? (event.errorCode ?? 'unknown') : null;
    // What stands open of a failed table was given up with it.
    for (const key of [...open.keys()]) if (key.startsWith(`batch ${event.table} `) || key.startsWith(`load ${event.table} `)) end(key, event.at, {}, error ?? 'given up');
    end(table, event.at, { 'tidemark.rows.extracted': event.rowsExtracted ?? 0, 'tidemark.rows.loaded': event.rowsLoaded ?? 0 }, error);
  };

  return {
    report: (event) => {
      if (event.type === 'run') {
        if (event.phase === 'started') begin('run', 'tidemark.run', event.at, { 'tidemark.pipeline': event.pipeline, 'tidemark.run_id': event.runId, 'tidemark.tables': [...event.tables] }, context.active());
        else end('run', event.at, { 'tidemark.status': event.status ?? 'success' }, event.status === 'failed' ? 'failed' : null);
        return;
      }
      const labels: Attributes = { 'tidemark.pipeline': event.pipeline, 'tidemark.table': event.table };
      count(event, labels);
      follow(event, labels);
    },
    close: () => {
      for (const span of open.values()) span.end();
      open.clear();
    },
  };
}
