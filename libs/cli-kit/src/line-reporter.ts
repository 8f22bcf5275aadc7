import type { SyncEvent } from '@tidemark/domain';
import { noticeLine } from './notice-line.ts';
import { printableLine } from './printable.ts';
import type { Reporter } from './progress-reporter.ts';
import { bytesText, countText, durationText } from './quantity-text.ts';
import { TableTotals } from './table-totals.ts';

/** A table says how far it is once in this time, however many batches it has. */
const PROGRESS_EVERY_MS = 5_000;

interface TableLines {
  readonly totals: TableTotals;
  saidAtMs: number;
}

/** Plain lines: where a table begins and ends, how far it is now and then, and everything that must not be missed. */
export class LineReporter implements Reporter {
  readonly #write: (line: string) => void;
  readonly #tables = new Map<string, TableLines>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  readonly report = (event: SyncEvent): void => {
    if (event.type === 'run') return;
    const lines = this.#linesOf(event);
    lines.totals.add(event);
    const line = noticeLine(event) ?? milestoneLine(event, lines.totals) ?? this.#progressLine(event, lines);
    if (line !== null) this.#write(line);
  };

  close(): void {
    this.#tables.clear();
  }

  #linesOf(event: SyncEvent & { readonly table: string }): TableLines {
    let lines = this.#tables.get(event.table);
    if (lines === undefined) {
      lines = { totals: new TableTotals(event.at), saidAtMs: Date.parse(event.at) };
      this.#tables.set(event.table, lines);
    }
    return lines;
  }

  #progressLine(event: SyncEvent & { readonly table: string }, lines: TableLines): string | null {
    const isProgress = event.type === 'batch' || event.type === 'load';
    const atMs = Date.parse(event.at);
    if (!isProgress || atMs - lines.saidAtMs < PROGRESS_EVERY_MS) return null;
    lines.saidAtMs = atMs;
    const { totals } = lines;
    const rate = countText(Math.round(totals.rows / totals.secondsAt(event.at)));
    return printableLine(`${event.table}: ${countText(totals.rows)} rows read (${bytesText(totals.bytes)}, ${rate} rows/s), ${countText(totals.batches)} batches staged, ${countText(totals.loadedRows)} rows loaded`);
  }
}

function milestoneLine(event: SyncEvent, totals: TableTotals): string | null {
  if (event.type !== 'table') return null;
  if (event.phase === 'started') return printableLine(`${event.table}: started`);
  if (event.phase === 'planned') return printableLine(`${event.table}: about ${countText(event.estimatedRows ?? 0)} rows at the source`);
  if (event.phase !== 'finished') return null;
  return printableLine(`${event.table}: done, ${countText(event.rowsExtracted ?? totals.rows)} rows read, ${countText(event.rowsLoaded ?? totals.loadedRows)} loaded in ${durationText(totals.secondsAt(event.at))}`);
}
