import stringWidth from 'string-width';
import type { SyncEvent } from '@tidemark/domain';
import { noticeLine } from './notice-line.ts';
import { endedLine, pictureLines } from './progress-picture.ts';
import type { Reporter } from './progress-reporter.ts';
import { RunProgress } from './run-progress.ts';

/** A picture is drawn ten times a second at most. */
const DRAW_EVERY_MS = 100;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_BELOW = '\u001b[0J';
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** A line for each table that is at work and one for all; tables that have ended and notices stay above them. */
export class BarReporter implements Reporter {
  readonly #stream: NodeJS.WriteStream;
  readonly #progress = new RunProgress();
  /** Lines that stay, not yet written. */
  #staying: string[] = [];
  /** Lines of the picture that stands on the terminal now. */
  #drawn: readonly string[] = [];
  #at: string | null = null;
  #drawnMs = -Infinity;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** Ends with the process too: a second Ctrl-C leaves no time to close. */
  readonly #onExit = (): void => void this.#stream.write(SHOW_CURSOR);
  readonly #onResize = (): void => this.#draw();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    process.once('exit', this.#onExit);
    stream.on('resize', this.#onResize);
  }

  readonly report = (event: SyncEvent): void => {
    if (this.#isClosed) return;
    if (this.#at === null && event.type !== 'run') this.#stream.write(HIDE_CURSOR);
    const table = this.#progress.add(event);
    if (table === null) return;
    this.#at = event.at;
    const notice = noticeLine(event);
    if (notice !== null) this.#staying.push(notice);
    if (event.type === 'table' && table.isEnded) this.#staying.push(endedLine(table, event.at, this.#size().columns));
    const waitMs = this.#drawnMs + DRAW_EVERY_MS - Date.now();
    if (waitMs <= 0) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), waitMs);
  };

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    process.off('exit', this.#onExit);
    this.#stream.off('resize', this.#onResize);
    if (this.#at === null) return;
    this.#draw();
    this.#stream.write(SHOW_CURSOR);
  }

  #size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#stream;
    return { columns: columns > 0 ? columns : DEFAULT_SIZE.columns, rows: rows > 0 ? rows : DEFAULT_SIZE.rows };
  }

  #draw(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#at === null) return;
    this.#drawnMs = Date.now();
    const { columns, rows } = this.#size();
    const lines = pictureLines(this.#progress, this.#at, columns, rows);
    const text = [...this.#staying, ...lines].map((line) => `${line}\n`).join('');
    this.#stream.write(`${this.#back(columns)}${CLEAR_BELOW}${text}`);
    this.#staying = [];
    this.#drawn = lines;
  }

  /** To the first line of the picture. A terminal that has become narrower has broken its lines in two, or more. */
  #back(columns: number): string {
    const standing = this.#drawn.reduce((sum, line) => sum + Math.max(Math.ceil(stringWidth(line) / columns), 1), 0);
    return standing === 0 ? '\r' : `\r\u001b[${standing}A`;
  }
}
