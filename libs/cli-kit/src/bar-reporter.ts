import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { SyncEvent } from '@tidemark/domain';
import { noticeLine } from './notice-line.ts';
import { printableLine } from './printable.ts';
import type { Reporter } from './progress-reporter.ts';
import { bytesText, countText } from './quantity-text.ts';
import { shortenMiddle } from './shorten-middle.ts';
import { TableTotals } from './table-totals.ts';

const NAME_COLUMNS = 32;
const SHOW_CURSOR = '\u001b[?25h';

/** A bar for each table, drawn at most ten times a second; notices scroll by above them. */
export class BarReporter implements Reporter {
  readonly #stream: NodeJS.WriteStream;
  readonly #bars: MultiBar;
  readonly #tables = new Map<string, { readonly bar: SingleBar; readonly totals: TableTotals }>();
  /** Ends with the process too: a second Ctrl-C leaves no time to close. */
  readonly #onExit = (): void => void this.#stream.write(SHOW_CURSOR);
  #isClosed = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#bars = new MultiBar(
      {
        stream, clearOnComplete: false, hideCursor: true, gracefulExit: false, barsize: 20, linewrap: false, autopadding: true, forceRedraw: true,
        format: '{table} {bar} {rows} rows  {rate} rows/s  {bytes}  {stage}',
      },
      Presets.shades_classic,
    );
    process.once('exit', this.#onExit);
  }

  readonly report = (event: SyncEvent): void => {
    if (event.type === 'run' || this.#isClosed) return;
    const { bar, totals } = this.#tableOf(event);
    const notice = noticeLine(event);
    if (notice !== null) this.#bars.log(`${notice}\n`);
    totals.add(event);
    if (event.type === 'table' && event.phase === 'planned') bar.setTotal(Math.max(event.estimatedRows ?? 0, 1));
    const isDone = event.type === 'table' && event.phase === 'finished';
    if (isDone) bar.setTotal(Math.max(totals.rows, 1));
    else if (totals.rows > bar.getTotal()) bar.setTotal(totals.rows);
    const stage = stageOf(event);
    const rate = countText(Math.round(totals.rows / totals.secondsAt(event.at)));
    bar.update(isDone ? bar.getTotal() : totals.rows, { rows: countText(totals.rows), rate, bytes: bytesText(totals.bytes), ...(stage === null ? {} : { stage }) });
  };

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    process.off('exit', this.#onExit);
    if (this.#tables.size === 0) return;
    // Draws what was logged last, which stop() would drop.
    this.#bars.update();
    this.#bars.stop();
  }

  #tableOf(event: SyncEvent & { readonly table: string }): { readonly bar: SingleBar; readonly totals: TableTotals } {
    let entry = this.#tables.get(event.table);
    if (entry === undefined) {
      const table = shortenMiddle(printableLine(event.table), NAME_COLUMNS);
      entry = { bar: this.#bars.create(1, 0, { table, rows: '0', rate: '0', bytes: '', stage: 'starting' }), totals: new TableTotals(event.at) };
      this.#tables.set(event.table, entry);
    }
    return entry;
  }
}

function stageOf(event: SyncEvent): string | null {
  if (event.type === 'batch') return event.phase === 'staged' ? 'staged' : 'reading';
  if (event.type === 'load') return event.phase === 'committed' ? 'loaded' : event.phase === 'retrying' ? 'loading again' : 'loading';
  if (event.type === 'table') return event.phase === 'finished' ? 'done' : event.phase === 'failed' ? printableLine(`failed ${event.errorCode ?? ''}`) : null;
  return null;
}
