import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { SyncEvent } from '@tidemark/domain';
import { bytesText, countText } from './text-table.ts';

/** A reader of a run's events that shows them to a person. */
export interface Reporter {
  readonly report: (event: SyncEvent) => void;
  /** Leaves the terminal as it was found. */
  close(): void;
}

/** Shows nothing. */
export const quietReporter: Reporter = { report: () => undefined, close: () => undefined };

/** Progress bars on a terminal, plain lines elsewhere. */
export function progressReporter(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): Reporter {
  const isTerminal = stream.isTTY === true && env['CI'] === undefined && env['TERM'] !== 'dumb';
  return isTerminal ? new BarReporter(stream) : new LineReporter((line) => stream.write(`${line}\n`));
}

/** Rows and bytes of a table over all its batches. */
interface Totals {
  stagedRows: number;
  stagedBytes: number;
  batchRows: number;
  batchBytes: number;
  loadedRows: number;
  startedAt: number;
}

function newTotals(at: string): Totals {
  return { stagedRows: 0, stagedBytes: 0, batchRows: 0, batchBytes: 0, loadedRows: 0, startedAt: Date.parse(at) };
}

class LineReporter implements Reporter {
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  readonly report = (event: SyncEvent): void => {
    const line = lineOf(event);
    if (line !== null) this.#write(line);
  };

  close(): void {
    // Lines need no end.
  }
}

function lineOf(event: SyncEvent): string | null {
  if (event.type === 'table' && event.phase === 'started') return `${event.table}: started`;
  if (event.type === 'table' && event.phase === 'planned') return `${event.table}: about ${countText(event.estimatedRows ?? 0)} rows at the source`;
  if (event.type === 'batch' && event.phase === 'staged') return `${event.table}: batch ${event.epoch}-${event.seq} staged, ${countText(event.rows)} rows`;
  if (event.type === 'load' && event.phase === 'committed') return `${event.table}: ${countText(event.rows)} rows loaded, ${countText(event.rowsInserted ?? 0)} written, ${countText(event.rowsDeleted ?? 0)} replaced`;
  if (event.type === 'load' && event.phase === 'retrying') return `${event.table}: load is tried again: ${event.reason ?? ''}`;
  if (event.type === 'table' && event.phase === 'failed') return `${event.table}: failed, ${event.errorCode ?? ''}`;
  if (event.type === 'table' && event.phase === 'finished') return `${event.table}: done`;
  if (event.type === 'finding' && event.finding.severity !== 'info') return `${event.table}: ${event.finding.severity}: ${event.finding.message}`;
  return null;
}

class BarReporter implements Reporter {
  readonly #bars: MultiBar;
  readonly #tables = new Map<string, { readonly bar: SingleBar; readonly totals: Totals }>();

  constructor(stream: NodeJS.WriteStream) {
    this.#bars = new MultiBar(
      { stream, clearOnComplete: false, hideCursor: true, format: '{table} {bar} {rows} rows  {rate} rows/s  {bytes}  {stage}', barsize: 20, linewrap: false, autopadding: true, forceRedraw: true },
      Presets.shades_classic,
    );
  }

  readonly report = (event: SyncEvent): void => {
    if (event.type === 'run') return;
    const { bar, totals } = this.#tableOf(event);
    if (event.type === 'table' && event.phase === 'planned') bar.setTotal(Math.max(event.estimatedRows ?? 0, 1));
    if (event.type === 'batch' && event.phase === 'reading') {
      totals.batchRows = event.rows;
      totals.batchBytes = event.bytes;
    }
    if (event.type === 'batch' && event.phase === 'staged') {
      totals.stagedRows += event.rows;
      totals.stagedBytes += event.bytes;
      totals.batchRows = 0;
      totals.batchBytes = 0;
    }
    if (event.type === 'load' && event.phase === 'committed') totals.loadedRows += event.rows;
    const stage = stageOf(event);
    this.#show(event, bar, totals, stage);
  };

  close(): void {
    this.#bars.stop();
  }

  #tableOf(event: SyncEvent & { table: string }): { readonly bar: SingleBar; readonly totals: Totals } {
    let entry = this.#tables.get(event.table);
    if (entry === undefined) {
      entry = { bar: this.#bars.create(1, 0, { table: event.table, rows: '0', rate: '0', bytes: '', stage: 'starting' }), totals: newTotals(event.at) };
      this.#tables.set(event.table, entry);
    }
    return entry;
  }

  #show(event: SyncEvent, bar: SingleBar, totals: Totals, stage: string | null): void {
    const rows = totals.stagedRows + totals.batchRows;
    const seconds = Math.max((Date.parse(event.at) - totals.startedAt) / 1000, 0.001);
    if (rows > bar.getTotal()) bar.setTotal(rows);
    if (event.type === 'table' && event.phase === 'finished') bar.setTotal(Math.max(rows, 1));
    const isDone = event.type === 'table' && event.phase === 'finished';
    bar.update(isDone ? Math.max(rows, 1) : rows, { rows: countText(rows), rate: countText(Math.round(rows / seconds)), bytes: bytesText(totals.stagedBytes + totals.batchBytes), ...(stage === null ? {} : { stage }) });
  }
}

function stageOf(event: SyncEvent): string | null {
  if (event.type === 'batch') return event.phase === 'staged' ? 'staged' : 'reading';
  if (event.type === 'load') return event.phase === 'committed' ? 'loaded' : event.phase === 'retrying' ? 'loading again' : 'loading';
  if (event.type === 'table') return event.phase === 'finished' ? 'done' : event.phase === 'failed' ? `failed ${event.errorCode ?? ''}` : null;
  return null;
}
