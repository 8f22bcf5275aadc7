import { isDeepStrictEqual } from 'node:util';
import type { Reading } from '@tidemark/cdc-strategies';
import type { ExtractionQuery, FrozenBatch, Position, StoredManifest } from '@tidemark/domain';
import { BatchStager, type BatchRange } from './batch-stager.ts';
import { SyncError } from './errors.ts';
import { readText } from './fix-bound.ts';
import type { ReadLimits, SourcePort } from './ports.ts';
import { repeatRequest, SourceInterruptions } from './source-interruptions.ts';
import type { SyncPlan } from './table-plan.ts';
import type { TableRun } from './table-run.ts';
import type { WatermarkCell } from './watermark-cell.ts';

/** Largest column batch in rows and bytes: it stays in the processor's cache while it is decoded. */
const COLUMN_BATCH_ROWS = 16_384;
const COLUMN_BATCH_BYTES = 2 * 1024 * 1024;

/** What reads rows: a source, or one snapshot of it. */
export type RowSource = Pick<SourcePort, 'read'>;

export interface RangeReaderOptions {
  readonly run: TableRun;
  readonly source: SourcePort;
  readonly cell: WatermarkCell;
  readonly plan: SyncPlan;
  readonly signal: AbortSignal;
  readonly staged: (stored: StoredManifest) => void;
}

/** How what is read counts. */
export interface RangePurpose {
  /** False: the cursor stays where it is. */
  readonly advances: boolean;
  /** The snapshot set that is read, from its own source of rows. */
  readonly snapshot?: { readonly id: string; readonly source: RowSource; readonly mayBeFinal: boolean };
  readonly frozen?: FrozenBatch;
}

interface QueryEnd {
  /** True when the range has no more rows. */
  readonly isLast: boolean;
  /** The source was lost: the rest of the range is to be read from `position`. */
  readonly isLost: boolean;
  /** Rows that are staged. */
  readonly rows: number;
  readonly position: Position | null;
}

/** Reads ranges query by query and stages them batch by batch, up to the row limit of the run. */
export class RangeReader {
  readonly #options: RangeReaderOptions;
  readonly #interruptions: SourceInterruptions;
  #remaining: number;

  constructor(options: RangeReaderOptions) {
    this.#options = options;
    this.#interruptions = new SourceInterruptions(options.run, options.signal);
    this.#remaining = options.run.request.limit ?? Number.POSITIVE_INFINITY;
  }

  /** Reads a range to its end; false when the row limit of the run ended it. */
  async read(reading: Reading, start: Position | null, purpose: RangePurpose): Promise<boolean> {
    const { run } = this.#options;
    let after = start;
    for (;;) {
      const limit = reading.isPaged ? Math.min(run.table.processing.batchSize, this.#remaining) : this.#remaining;
      if (limit === 0) {
        run.counts.limited = true;
        return false;
      }
      const cutQuery = reading.cut(after, limit);
      const cut = cutQuery === null ? null : await repeatRequest(run, this.#options.signal, () => readText(this.#options.source, cutQuery, this.#options.signal));
      const query = reading.query(after, Number.isFinite(limit) ? limit : null, cut);
      const end = await this.#readQuery(reading, query, after, purpose, (rows) => (cutQuery === null ? rows < limit : cut === null));
      this.#remaining = Math.max(0, this.#remaining - end.rows);
      if (end.isLost) {
        after = end.position;
        continue;
      }
      this.#interruptions.progressed();
      if (end.isLast) return true;
      if (this.#remaining > 0 && isDeepStrictEqual(end.position, after)) throw new SyncError('SYNC_NO_PROGRESS', { message: `${run.table.name}: ${end.rows} rows were read and the cursor did not advance.` });
      after = end.position;
    }
  }

  /** Reads a range to its end beside the row limit of the run, without moving the cursor. */
  async readAgain(reading: Reading, frozen = this.#options.plan.frozen): Promise<void> {
    const remaining = this.#remaining;
    this.#remaining = Number.POSITIVE_INFINITY;
    await this.read(reading, null, { advances: false, frozen });
    this.#remaining = remaining;
  }

  /** What may still be set aside in this run; every batch of it that is open has been closed before the next query. */
  #quarantine(): Pick<ReadLimits, 'quarantine'> {
    const { run, plan } = this.#options;
    const maxRows = run.table.quarantineMaxRows - run.counts.rowsSetAside;
    return run.table.quarantineMaxRows === 0 || plan.lookup === null ? {} : { quarantine: { keyColumns: plan.lookup.columns, maxRows: Math.max(0, maxRows) } };
  }

  async #readQuery(reading: Reading, query: ExtractionQuery, start: Position | null, { advances, snapshot, frozen }: RangePurpose, endsRange: (rows: number) => boolean): Promise<QueryEnd> {
    const { run, source, cell, plan, signal, staged } = this.#options;
    const { batchSize, batchMaxBytes } = run.table.processing;
    const limits = { maxBatchRows: Math.min(COLUMN_BATCH_ROWS, batchSize), maxBatchBytes: Math.min(COLUMN_BATCH_BYTES, batchMaxBytes), ...this.#quarantine() };
    const range: Omit<BatchRange, 'after' | 'tries'> = { below: reading.below, advances, snapshotId: snapshot?.id ?? null, positionOf: (lastCursor) => reading.positionOf(lastCursor) };
    let position = start;
    let rows = 0;
    let stagedRows = 0;
    let open: BatchStager | null = null;
    const begin = () => new BatchStager(run, cell, frozen ?? plan.frozen, { ...range, after: position, tries: this.#interruptions.losses });
    const close = async (isFinal: boolean): Promise<void> => {
      if (isFinal) open ??= begin();
      if (open === null) return;
      const stored = await open.close(isFinal);
      open = null;
      position = stored.manifest.range.up_to;
      stagedRows = rows;
      this.#interruptions.progressed();
      staged(stored);
    };
    try {
      for await (const chunk of (snapshot?.source ?? source).read(query, limits, signal)) {
        const read = chunk.batch.rowCount + chunk.quarantined.length;
        if (read === 0) continue;
        open ??= begin();
        await open.add(chunk);
        rows += read;
        if (reading.splitsAnywhere && (open.bytes >= batchMaxBytes || open.rows + open.quarantined >= batchSize)) await close(false);
      }
      // A set that lacks rows is not whole, and must not replace what the target has.
      const lacksRows = run.counts.rowsSetAside > 0 || ((open as BatchStager | null)?.quarantined ?? 0) > 0;
      await close(snapshot?.mayBeFinal === true && !lacksRows && endsRange(rows));
    } catch (error) {
      const stager = open as BatchStager | null;
      await stager?.abort().catch((cause: unknown) => run.request.logger.warn({ table: run.task.table, error: String(cause) }, 'open uploads could not be given up'));
      // A snapshot is gone with the connection that held it.
      if (snapshot !== undefined && snapshot.source !== source) throw error;
      await this.#interruptions.survive(error);
      await this.#interruptions.assertSameSource(source, plan.source);
      return { rows: stagedRows, position, isLast: false, isLost: true };
    }
    return { rows, position, isLast: endsRange(rows), isLost: false };
  }
}
