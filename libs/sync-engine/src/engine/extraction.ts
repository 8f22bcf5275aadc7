import type { IncrementalStrategy } from '@tidemark/cdc-strategies';
import type { Bound } from '@tidemark/domain';
import { SyncError } from './errors.ts';
import { fixBound } from './fix-bound.ts';
import { RangeReader, type RangeReaderOptions } from './range-reader.ts';
import { firstLoadBegun, incrementsFrom } from './watermark-transitions.ts';

/** Reads a table from where its watermark stands, as its strategy says, batch by batch. */
export class Extraction {
  readonly #options: RangeReaderOptions;
  readonly #ranges: RangeReader;

  constructor(options: RangeReaderOptions) {
    this.#options = options;
    this.#ranges = new RangeReader(options);
  }

  /** Every row below the bound is staged when it resolves, unless the limit ended it. */
  async run(): Promise<void> {
    const { strategy } = this.#options.plan;
    await this.#refuseNullCursors();
    if (strategy.kind === 'snapshot') throw new SyncError('SYNC_UNEXPECTED', { message: `${strategy.name} cannot be read yet.` });
    await this.#readIncrements(strategy);
  }

  async #readIncrements(strategy: IncrementalStrategy): Promise<void> {
    const { run, source, cell, plan, signal } = this.#options;
    const { columns } = plan.frozen;
    const begun = (mark: Bound) => firstLoadBegun(mark, plan.source.serverId, run.stamp);
    const bound = await fixBound(source, strategy, signal);
    // Rows of an appended first load are not read again, so it takes none that the first increment will read.
    const isExact = plan.frozen.mode === 'append';

    if (cell.document.phase === 'first_load' && cell.document.first_load_mark === null) {
      const loadsFirst = bound !== null && strategy.firstLoad(columns, null) !== null;
      await cell.apply(loadsFirst ? begun(bound) : incrementsFrom(null, plan.source.serverId, run.stamp));
    }

    if (cell.document.phase === 'first_load') {
      const mark = cell.document.first_load_mark!;
      const pages = strategy.firstLoad(columns, isExact ? mark : null);
      if (pages === null) throw noPages(run.table.name);
      if (!(await this.#ranges.read(pages, cell.document.staged_through.position, true))) return;
      await cell.apply(incrementsFrom(strategy.positionAfterFirstLoad(mark, isExact), plan.source.serverId, run.stamp));
      // A first load that began in this run has read everything below this run's bound, which is its mark.
      if (mark.value === bound?.value) return;
    }

    if (bound === null) return;
    const start = cell.document.staged_through.position;
    const window = strategy.lookback(columns, start);
    if (window !== null) await this.#ranges.readAgain(window);
    await this.#ranges.read(strategy.increment(columns, bound), start, true);
  }

  async #refuseNullCursors(): Promise<void> {
    const { run, source, plan } = this.#options;
    const probe = plan.strategy.nullProbe();
    if (probe === null || !(await source.hasRows(probe))) return;
    const column = plan.strategy.order[0]!.name;
    throw new SyncError('SYNC_NULL_CURSOR', { message: `${run.table.name} has rows whose ${column} is NULL; null_cursor is fail.`, details: { table: run.table.name, column } });
  }
}

function noPages(table: string): SyncError {
  return new SyncError('STATE_FIRST_LOAD', { message: `${table}: its first load has begun, and can no longer go on: the table cannot be read in pages of its primary key now.`, details: { table } });
}
