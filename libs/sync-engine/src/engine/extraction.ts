import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { IncrementalStrategy, SnapshotStrategy } from '@tidemark/cdc-strategies';
import type { Bound, Position } from '@tidemark/domain';
import { snapshotId } from '@tidemark/layout';
import { SyncError } from './errors.ts';
import { firstLoadEnd } from './first-load-end.ts';
import { fixBound, readText } from './fix-bound.ts';
import { conditionText, lateCommitsOf, readingRule } from './reading-rule.ts';
import { RangeReader, type RangeReaderOptions } from './range-reader.ts';
import { requeue } from './requeue.ts';
import { repeatRequest } from './source-interruptions.ts';
import { firstLoadBegun, incrementsFrom, readBy, snapshotBegun } from './watermark-transitions.ts';

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
    await this.#holdToReading();
    await this.#refuseNullCursors();
    if (this.#options.run.request.requeue === true && strategy.kind === 'incremental') await this.#requeue(strategy);
    if (strategy.kind === 'snapshot') await this.#readSnapshot(strategy);
    else await this.#readIncrements(strategy);
  }

  /** Where times repeat, a quarantined row that has changed beyond the bound of the run is left to the increments, as every row there is. */
  async #requeue(strategy: IncrementalStrategy): Promise<void> {
    const { cell, plan } = this.#options;
    const { position } = cell.document.staged_through;
    if (position !== null && cell.document.phase === 'incremental') strategy.checkPosition(position);
    await requeue(this.#options, plan.lookup, this.#ranges, strategy.repeatsTimes ? await this.#bound(strategy) : null);
  }

  /** The end of this run. */
  #bound(strategy: IncrementalStrategy): Promise<Bound | null> {
    const { run, source, signal } = this.#options;
    return repeatRequest(run, signal, () => fixBound({ source, strategy, lateCommits: lateCommitsOf(run.table.reading), guardTimeoutMs: run.table.processing.queryTimeoutMs, signal }));
  }

  async #readIncrements(strategy: IncrementalStrategy): Promise<void> {
    const { run, cell, plan } = this.#options;
    const { columns } = plan.frozen;
    const begun = (mark: Bound) => firstLoadBegun(mark, plan.source.serverId, run.stamp);
    const bound = await this.#bound(strategy);
    // Rows of an appended first load are not read again.
    const isExact = plan.frozen.mode === 'append';

    if (cell.document.phase === 'first_load' && cell.document.first_load_mark === null) {
      const loadsFirst = bound !== null && strategy.firstLoad(columns, null) !== null;
      await cell.apply(loadsFirst ? begun(bound) : incrementsFrom(null, plan.source.serverId, run.stamp));
    }

    if (cell.document.phase === 'first_load') {
      const mark = cell.document.first_load_mark!;
      const end = firstLoadEnd(strategy, plan.frozen.mode, mark);
      const pages = strategy.firstLoad(columns, end);
      if (pages === null) throw noPages(run.table.name);
      if (!(await this.#ranges.read(pages, cell.document.staged_through.position, { advances: true }))) return;
      await cell.apply(incrementsFrom(strategy.positionAfterFirstLoad(mark, isExact), plan.source.serverId, run.stamp));
      // A first load that began in this run has read everything below this run's bound, which is its mark; rows without a time lie below none.
      if (mark.value === bound?.value) return this.#readNulls(strategy);
    }

    await this.#countAhead(strategy);
    const start = cell.document.staged_through.position;
    await this.#refuseSourceBehind(strategy, start);
    if (bound === null) return;
    await this.#readNulls(strategy);
    const window = strategy.lookback(columns, start, bound);
    if (window !== null) await this.#ranges.readAgain(window);
    await this.#ranges.read(strategy.increment(columns, bound), start, { advances: true });
  }

  /**
   * Rows without a time: what is read now is newer than all that was loaded before, also in earlier epochs, though it has no version that
   * says so.
   */
  async #readNulls(strategy: IncrementalStrategy): Promise<void> {
    const { frozen } = this.#options.plan;
    const nulls = strategy.nulls(frozen.columns);
    if (nulls !== null) await this.#ranges.readAgain(nulls, { ...frozen, version_columns: [] });
  }

  /**
   * Reads a snapshot set. One that is resumable goes on where the newest one stopped, in a snapshot of its own for each page; any other begins
   * anew. With a row limit it is never said to be whole.
   */
  async #readSnapshot(strategy: SnapshotStrategy): Promise<void> {
    const { run, source, cell, plan } = this.#options;
    const begun = cell.document.snapshot ?? null;
    if (!strategy.isResumable || begun === null || begun.final || cell.document.phase !== 'snapshot') {
      const { now, newWriteId } = run.request.surroundings;
      const id = snapshotId(now(), createHash('sha256').update(newWriteId()).digest());
      await cell.apply(snapshotBegun(id, plan.source.serverId, run.stamp));
    }
    const { id } = cell.document.snapshot!;
    const mayBeFinal = run.request.limit === null;
    run.counts.incomplete = true;
    const snapshot = strategy.isResumable ? null : await source.snapshot();
    try {
      await this.#ranges.read(strategy.snapshot(plan.frozen.columns), cell.document.staged_through.position, { advances: true, snapshot: { id, source: snapshot ?? source, mayBeFinal } });
    } finally {
      await snapshot?.close().catch((error: unknown) => run.request.logger.warn({ table: run.task.table, error: String(error) }, 'a snapshot could not be closed'));
    }
    run.counts.incomplete = cell.document.snapshot?.final !== true;
  }

  /** A condition that lets in more rows than before would leave those behind the position unread. */
  async #holdToReading(): Promise<void> {
    const { run, cell, plan } = this.#options;
    const { epoch, reading: known = null } = cell.document;
    const rule = readingRule(run.table.reading, epoch);
    if (known?.epoch === epoch && plan.strategy.kind === 'incremental' && (known.additional_where !== rule.additional_where || known.custom_query !== rule.custom_query)) {
      throw new SyncError('STATE_READING_CHANGED', {
        message: `${run.table.name}: rows of this epoch were read ${conditionText(known)}; they would be read ${conditionText(rule)} now.`,
        details: { table: run.table.name, was: known, is: rule },
      });
    }
    if (!isDeepStrictEqual(known, rule)) await cell.apply(readBy(rule, run.stamp));
  }

  /** A source that was restored or emptied gives less than was read before. */
  async #refuseSourceBehind(strategy: IncrementalStrategy, at: Position | null): Promise<void> {
    const probe = at === null ? null : strategy.reachProbe(at);
    if (probe === null || (await this.#options.source.hasRows(probe))) return;
    const { table } = this.#options.run;
    throw new SyncError('STATE_SOURCE_BEHIND', {
      message: `${table.name}: a row was read whose ${strategy.order[0]!.name} is greater than that of every row that is there now.`,
      details: { table: table.name, position: at },
    });
  }

  /** Rows dated after now are left to later runs; how many they are is told, where an index answers that. */
  async #countAhead(strategy: IncrementalStrategy): Promise<void> {
    const { run, source, plan, signal } = this.#options;
    if (!plan.source.indexes.some((index) => index.columns[0] === strategy.order[0]!.name)) return;
    const query = strategy.aheadCount((await source.clock()).nowUtc);
    if (query === null) return;
    run.counts.rowsAhead = Number(await repeatRequest(run, signal, () => readText(source, query, signal)));
    if (run.counts.rowsAhead === 0) return;
    run.emit({
      type: 'finding',
      finding: {
        code: 'ROWS_AHEAD', severity: 'warning', table: run.table.name,
        message: `${run.counts.rowsAhead} rows of ${run.table.name} are dated after now: they are read when their time has come.`,
        remedy: ['Correct the rows, or cursor_time_zone of the source when the times are of another zone.'],
      },
    });
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
