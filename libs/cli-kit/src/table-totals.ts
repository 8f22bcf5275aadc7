import type { SyncEvent } from '@tidemark/domain';

/** What the events of one table add up to. */
export class TableTotals {
  readonly #startedMs: number;
  #stagedRows = 0;
  #stagedBytes = 0;
  #openRows = 0;
  #openBytes = 0;
  batches = 0;
  loadedRows = 0;

  /** @param startedAt ISO 8601 */
  constructor(startedAt: string) {
    this.#startedMs = Date.parse(startedAt);
  }

  add(event: SyncEvent): void {
    if (event.type === 'batch' && event.phase === 'reading') {
      this.#openRows = event.rows;
      this.#openBytes = event.bytes;
    }
    if (event.type === 'batch' && event.phase === 'staged') {
      this.#stagedRows += event.rows;
      this.#stagedBytes += event.bytes;
      this.#openRows = 0;
      this.#openBytes = 0;
      this.batches++;
    }
    if (event.type === 'load' && event.phase === 'committed') this.loadedRows += event.rows;
  }

  /** Rows read, those of the open batch included. */
  get rows(): number {
    return this.#stagedRows + this.#openRows;
  }

  get bytes(): number {
    return this.#stagedBytes + this.#openBytes;
  }

  /** Since the table began; at least a millisecond. */
  secondsAt(at: string): number {
    return Math.max((Date.parse(at) - this.#startedMs) / 1000, 0.001);
  }
}
