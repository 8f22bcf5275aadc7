import type { SyncEvent } from '@tidemark/domain';
import { noticeLine } from './notice-line.ts';
import { printableLine } from './printable.ts';
import type { Reporter } from './progress-reporter.ts';
import { bytesText, countText, durationText } from './quantity-text.ts';
import { RunProgress, type ProgressFigures, type TableProgress } from './run-progress.ts';
import type { TableTotals } from './table-totals.ts';

/** A table says how far it is once in this time, however many batches it has. */
const PROGRESS_EVERY_MS = 5_000;
/** All tables together, where there are several. */
const TOTAL_EVERY_MS = 30_000;

/** Plain lines: where a table begins and ends, how far it is now and then, and everything that must not be missed. */
export class LineReporter implements Reporter {
  readonly #write: (line: string) => void;
  readonly #progress = new RunProgress();
  readonly #saidAtMs = new Map<TableProgress | 'all', number>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  readonly report = (event: SyncEvent): void => {
    if (!this.#saidAtMs.has('all')) this.#saidAtMs.set('all', Date.parse(event.at));
    const table = this.#progress.add(event);
    if (table === null || event.type === 'run') return;
    if (!this.#saidAtMs.has(table)) this.#saidAtMs.set(table, Date.parse(event.at));
    const line = noticeLine(event) ?? milestoneLine(event, table.totals) ?? this.#progressLine(event, table);
    if (line !== null) this.#write(line);
    if (this.#progress.tableCount > 1 && isProgress(event) && this.#isTime('all', event.at, TOTAL_EVERY_MS)) this.#write(this.#totalLine(event.at));
  };

  close(): void {
    this.#saidAtMs.clear();
  }

  #progressLine(event: SyncEvent & { readonly table: string }, table: TableProgress): string | null {
    if (!isProgress(event) || !this.#isTime(table, event.at, PROGRESS_EVERY_MS)) return null;
    const { totals } = table;
    return printableLine(`${event.table}: ${readText(table.figures(event.at))}, ${countText(totals.batches)} batches staged, ${countText(totals.loadedRows)} rows loaded${leftText(table.figures(event.at))}`);
  }

  #totalLine(at: string): string {
    const figures = this.#progress.figures(at);
    return `all ${countText(this.#progress.tableCount)} tables: ${countText(this.#progress.endedCount)} done, ${readText(figures)}${leftText(figures)}`;
  }

  #isTime(of: TableProgress | 'all', at: string, everyMs: number): boolean {
    const atMs = Date.parse(at);
    if (atMs - (this.#saidAtMs.get(of) ?? atMs) < everyMs) return false;
    this.#saidAtMs.set(of, atMs);
    return true;
  }
}

function isProgress(event: SyncEvent): boolean {
  return event.type === 'batch' || event.type === 'load';
}

function readText({ rows, bytes, rowsPerSecond }: ProgressFigures): string {
  return `${countText(rows)} rows read (${bytesText(bytes)}, ${countText(rowsPerSecond)} rows/s)`;
}

function leftText({ timeLeft }: ProgressFigures): string {
  return timeLeft === null ? '' : `, ${timeLeft}`;
}

function milestoneLine(event: SyncEvent, totals: TableTotals): string | null {
  if (event.type !== 'table') return null;
  if (event.phase === 'started') return printableLine(`${event.table}: started`);
  if (event.phase === 'planned') return printableLine(`${event.table}: about ${countText(event.estimatedRows ?? 0)} rows at the source`);
  if (event.phase !== 'finished') return null;
  return printableLine(`${event.table}: done, ${countText(event.rowsExtracted ?? totals.rows)} rows read, ${countText(event.rowsLoaded ?? totals.loadedRows)} loaded in ${durationText(totals.secondsAt(event.at))}`);
}
