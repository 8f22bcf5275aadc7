import { isDeepStrictEqual } from 'node:util';
import type { ExtractionQuery, Position, StoredManifest } from '@tidemark/domain';
import { BatchStager, type BatchRange } from './batch-stager.ts';
import { SyncError } from './errors.ts';
import { fixBound } from './fix-bound.ts';
import type { SourcePort } from './ports.ts';
import type { SyncPlan } from './table-plan.ts';
import type { TableRun } from './table-run.ts';
import type { WatermarkCell } from './watermark-cell.ts';
import { firstLoadBegun, incrementsFrom } from './watermark-transitions.ts';

/** Largest column batch in rows and bytes: what memory is spent on while decoding. */
const COLUMN_BATCH_ROWS = 131_072;
const COLUMN_BATCH_BYTES = 16 * 1024 * 1024;

type Staged = (stored: StoredManifest) => void;

/** Reads a table from where its watermark stands up to a bound fixed now, batch by batch. */
export class Extraction {
  readonly #run: TableRun;
  readonly #source: SourcePort;
  readonly #cell: WatermarkCell;
  readonly #plan: SyncPlan;
  readonly #staged: Staged;
  readonly #signal: AbortSignal;
  #remaining: number;

  constructor(run: TableRun, source: SourcePort, cell: WatermarkCell, plan: SyncPlan, signal: AbortSignal, staged: Staged) {
    this.#run = run;
    this.#source = source;
    this.#cell = cell;
    this.#plan = plan;
    this.#signal = signal;
    this.#staged = staged;
    this.#remaining = run.request.limit ?? Number.POSITIVE_INFINITY;
  }

  /** Every row below the bound is staged when it resolves, unless the limit ended it. */
  async run(): Promise<void> {
    const { strategy, source, frozen } = this.#plan;
    await this.#refuseNullCursors();
    const bound = await fixBound(this.#source, strategy, this.#signal);
    const { document } = this.#cell;

    if (document.phase === 'first_load' && document.first_load_mark === null) {
      const begun = strategy.loadsFirstByKey ? firstLoadBegun(bound, source.serverId, this.#run.stamp) : incrementsFrom(null, source.serverId, this.#run.stamp);
      await this.#cell.apply(begun);
    }

    if (this.#cell.document.phase === 'first_load') {
      const complete = await this.#readRange(this.#cell.document.staged_through.position, { below: null, advances: true, positionOf: (last) => strategy.pagePosition(last) }, (after, limit) =>
        strategy.firstLoadPage(frozen.columns, after, limit),
      );
      if (!complete) return;
      const mark = this.#cell.document.first_load_mark!;
      await this.#cell.apply(incrementsFrom(strategy.positionAfterFirstLoad(mark), source.serverId, this.#run.stamp));
      // A first load that began in this run has read everything below this run's bound, which is its mark.
      if (mark.value === bound.value) return;
    }

    const keysetOf = (last: readonly string[]): Position => strategy.keysetPosition(last);
    const start = this.#cell.document.staged_through.position;
    await this.#lookBack(start, keysetOf);
    await this.#readRange(start, { below: bound.value, advances: true, positionOf: keysetOf }, (after, limit) => strategy.increment(frozen.columns, after, bound, limit));
  }

  /** The window of late commits: read once per run, beside the limit, never moving the cursor. */
  async #lookBack(at: Position | null, positionOf: BatchRange['positionOf']): Promise<void> {
    const { strategy, frozen } = this.#plan;
    const compile = (after: Position | null, limit: number): ExtractionQuery | null => strategy.lookback(frozen.columns, at, { after, limit });
    if (compile(null, 1) === null) return;
    const remaining = this.#remaining;
    this.#remaining = Number.POSITIVE_INFINITY;
    await this.#readRange(null, { below: null, advances: false, positionOf }, (after, limit) => compile(after, limit)!);
    this.#remaining = remaining;
  }

  async #refuseNullCursors(): Promise<void> {
    const { strategy } = this.#plan;
    const probe = strategy.nullProbe();
    if (probe === null || !(await this.#source.hasRows(probe))) return;
    const column = strategy.cursor.timestamp.name;
    throw new SyncError('SYNC_NULL_CURSOR', { message: `${this.#run.table.name} has rows whose ${column} is NULL; null_cursor is fail.`, details: { table: this.#run.table.name, column } });
  }

  /** Reads to the end of a range by queries of at most a batch; false when the limit ended it. */
  async #readRange(start: Position | null, range: Omit<BatchRange, 'after'>, compile: (after: Position | null, limit: number) => ExtractionQuery): Promise<boolean> {
    let after = start;
    for (;;) {
      const limit = Math.min(this.#run.table.processing.batchSize, this.#remaining);
      if (limit === 0) {
        this.#run.counts.limited = true;
        return false;
      }
      const read = await this.#readQuery(compile(after, limit), after, range);
      this.#remaining -= read.rows;
      if (read.rows < limit) return true;
      if (isDeepStrictEqual(read.position, after)) throw new SyncError('SYNC_NO_PROGRESS', { message: `${this.#run.table.name}: ${read.rows} rows were read and the cursor did not advance.` });
      after = read.position;
    }
  }

  async #readQuery(query: ExtractionQuery, start: Position | null, range: Omit<BatchRange, 'after'>): Promise<{ rows: number; position: Position | null }> {
    const { batchSize, batchMaxBytes } = this.#run.table.processing;
    const limits = { maxBatchRows: Math.min(COLUMN_BATCH_ROWS, batchSize), maxBatchBytes: Math.min(COLUMN_BATCH_BYTES, batchMaxBytes) };
    let position = start;
    let rows = 0;
    let open: BatchStager | null = null;
    const close = async (): Promise<void> => {
      if (open === null) return;
      const stored = await open.close();
      open = null;
      position = stored.manifest.range.up_to;
      this.#staged(stored);
    };
    try {
      for await (const chunk of this.#source.read(query, limits, this.#signal)) {
        if (chunk.batch.rowCount === 0) continue;
        open ??= new BatchStager(this.#run, this.#cell, this.#plan.frozen, { ...range, after: position });
        await open.add(chunk);
        rows += chunk.batch.rowCount;
        if (open.bytes >= batchMaxBytes) await close();
      }
      await close();
    } catch (error) {
      const stager = open as BatchStager | null;
      await stager?.abort().catch((cause: unknown) => this.#run.request.logger.warn({ table: this.#run.task.table, error: String(cause) }, 'open uploads could not be given up'));
      throw error;
    }
    return { rows, position };
  }
}
