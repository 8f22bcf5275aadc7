import type { SyncEvent } from '@tidemark/domain';
import { printableLine } from './printable.ts';
import { TableTotals } from './table-totals.ts';
import { timeLeftText } from './time-left.ts';

/** How far one table, or all of them, are. */
export interface ProgressFigures {
  readonly rows: number;
  readonly bytes: number;
  readonly rowsPerSecond: number;
  /** What is read of all that will be read, from 0 to 1; null where that is not known. */
  readonly share: number | null;
  /** `about 40 s left`; null where that is not known. */
  readonly timeLeft: string | null;
}

/** One table of a run. */
export class TableProgress {
  readonly name: string;
  readonly totals: TableTotals;
  rowsToRead: number | null = null;
  stage = 'starting';
  isEnded = false;

  constructor(name: string, at: string) {
    this.name = printableLine(name);
    this.totals = new TableTotals(at);
  }

  add(event: SyncEvent): void {
    this.totals.add(event);
    this.stage = stageOf(event) ?? this.stage;
    if (event.type !== 'table') return;
    if (event.phase === 'planned') this.rowsToRead = event.rowsToRead ?? null;
    this.isEnded = event.phase === 'finished' || event.phase === 'failed';
  }

  figures(at: string): ProgressFigures {
    const { rows, bytes } = this.totals;
    const seconds = this.totals.secondsAt(at);
    const share = this.stage === 'done' ? 1 : this.rowsToRead === null ? null : Math.min(rows / Math.max(this.rowsToRead, 1), 1);
    return { rows, bytes, rowsPerSecond: Math.round(rows / seconds), share, timeLeft: this.isEnded ? null : timeLeftText(rows, this.rowsToRead, seconds) };
  }
}

/** All tables of a run, from its events. */
export class RunProgress {
  readonly #tables = new Map<string, TableProgress>();
  #expected: readonly string[] = [];
  #startedAt: string | null = null;

  /** @returns the table that the event is of; null for one of the run itself */
  add(event: SyncEvent): TableProgress | null {
    this.#startedAt ??= event.at;
    if (event.type === 'run') {
      this.#expected = event.tables;
      return null;
    }
    let table = this.#tables.get(event.table);
    if (table === undefined) this.#tables.set(event.table, (table = new TableProgress(event.table, event.at)));
    table.add(event);
    return table;
  }

  get tables(): readonly TableProgress[] {
    return [...this.#tables.values()];
  }

  /** Tables of the run, those that have not begun included. */
  get tableCount(): number {
    return Math.max(this.#expected.length, this.#tables.size);
  }

  get endedCount(): number {
    return this.tables.filter(({ isEnded }) => isEnded).length;
  }

  /** Of all tables together. What is left is known when it is known of every table that has not ended. */
  figures(at: string): ProgressFigures {
    const { tables } = this;
    const rows = tables.reduce((sum, { totals }) => sum + totals.rows, 0);
    const seconds = Math.max((Date.parse(at) - Date.parse(this.#startedAt ?? at)) / 1000, 0.001);
    const wanted = tables.map(({ isEnded, totals, rowsToRead }) => (isEnded ? totals.rows : rowsToRead === null ? null : Math.max(rowsToRead, totals.rows)));
    const isKnown = tables.length === this.tableCount && wanted.every((count) => count !== null);
    const rowsToRead = isKnown ? wanted.reduce<number>((sum, count) => sum + (count ?? 0), 0) : null;
    return { rows, bytes: tables.reduce((sum, { totals }) => sum + totals.bytes, 0), rowsPerSecond: Math.round(rows / seconds), share: rowsToRead === null ? null : Math.min(rows / Math.max(rowsToRead, 1), 1), timeLeft: timeLeftText(rows, rowsToRead, seconds) };
  }
}

function stageOf(event: SyncEvent): string | null {
  if (event.type === 'batch') return event.phase === 'staged' ? 'staged' : 'reading';
  if (event.type === 'load') return event.phase === 'committed' ? 'loaded' : event.phase === 'retrying' ? 'loading again' : 'loading';
  if (event.type === 'table') return event.phase === 'finished' ? 'done' : event.phase === 'failed' ? printableLine(`failed ${event.errorCode ?? ''}`) : null;
  return null;
}
