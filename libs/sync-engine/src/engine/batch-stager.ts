import type { BatchManifest, FrozenBatch, Position, QuarantinedRow, StoredManifest } from '@tidemark/domain';
import { batchId, dataKeys } from '@tidemark/layout';
import { SyncError } from './errors.ts';
import type { PartWriter, SourceBatch } from './ports.ts';
import { RunCounts, type TableRun } from './table-run.ts';
import type { WatermarkCell } from './watermark-cell.ts';
import { stagedThrough } from './watermark-transitions.ts';

/** Where a batch's rows come from. */
export interface BatchRange {
  readonly after: Position | null;
  /** How often this batch was begun already: its parts get other keys, so that a late upload of an earlier try overwrites nothing. */
  readonly tries: number;
  readonly below: string | null;
  readonly advances: boolean;
  /** The snapshot set that the batch is of. */
  readonly snapshotId: string | null;
  readonly positionOf: (lastCursor: readonly string[]) => Position | null;
  /** Batches whose quarantined rows have been read once more when this one stands. */
  readonly requeues?: readonly number[];
}

/** Numbers of parts that one try of a batch may use. */
const PARTS_PER_TRY = 10_000;

/**
 * Writes one batch: parts, then the rows that are set aside, then the manifest, then the watermark.
 *
 * If the process dies
 * - while parts are written: they are phantoms; the next run reads the range again under its own generation;
 * - after the parts, or after the rows that are set aside: the same;
 * - after the manifest: the batch stands; the next run finds it and goes on after it.
 */
export class BatchStager {
  readonly #run: TableRun;
  readonly #cell: WatermarkCell;
  readonly #frozen: FrozenBatch;
  readonly #range: BatchRange;
  readonly #seq: number;
  readonly #writer: PartWriter;
  readonly #policies = new RunCounts();
  readonly #quarantined: QuarantinedRow[] = [];
  #rows = 0;
  #bytes = 0;
  #lastCursor: readonly string[] = [];

  constructor(run: TableRun, cell: WatermarkCell, frozen: FrozenBatch, range: BatchRange) {
    this.#run = run;
    this.#cell = cell;
    this.#frozen = frozen;
    this.#range = range;
    this.#seq = cell.document.staged_through.seq + 1;
    const { settings, surroundings } = run.request;
    const keys = dataKeys({ ...settings, partition: settings.partitionStrategy, task: run.task, at: surroundings.now() });
    const batch = { epoch: cell.document.epoch, seq: this.#seq, generation: run.generation };
    this.#writer = run.ports.parts.open({
      columns: frozen.columns,
      keyOf: (part) => keys.part(batch, range.tries * PARTS_PER_TRY + part),
      targetFileBytes: run.table.processing.targetFileBytes,
      maxFileRows: run.table.processing.maxFileRows,
      inThread: run.table.processing.encodeInThread,
      compression: settings.compression,
    });
    run.emit({ type: 'batch', phase: 'started', epoch: cell.document.epoch, seq: this.#seq, rows: 0, bytes: 0 });
  }

  get bytes(): number {
    return this.#bytes;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Rows that are set aside. */
  get quarantined(): number {
    return this.#quarantined.length;
  }

  async add({ batch, policies, quarantined }: SourceBatch): Promise<void> {
    if (batch.rowCount > 0) await this.#writer.write(batch);
    for (const row of quarantined) this.#quarantined.push(row);
    this.#rows += batch.rowCount;
    this.#bytes += batch.byteLength;
    this.#lastCursor = batch.lastCursor;
    this.#policies.countPolicies(policies);
    this.#run.counts.rowsExtracted += batch.rowCount + quarantined.length;
    this.#run.emit({ type: 'batch', phase: 'reading', epoch: this.#cell.document.epoch, seq: this.#seq, rows: this.#rows, bytes: this.#bytes });
  }

  /**
   * Durable on return: parts, rows that are set aside, manifest and `staged_through`.
   * @param isFinal true for the last batch of a snapshot set
   */
  async close(isFinal = false): Promise<StoredManifest> {
    const parts = await this.#writer.finish();
    const staged = parts.reduce((sum, part) => sum + part.rows, 0);
    if (staged !== this.#rows) {
      throw new SyncError('SYNC_ROW_COUNT', { message: `${this.#run.task.table}: ${this.#rows} rows were read for batch ${this.#seq}, its ${parts.length} parts hold ${staged}.`, details: { read: this.#rows, staged } });
    }
    const quarantine = this.#quarantined.length === 0 ? null : { key: await this.#putQuarantine(), rows: this.#quarantined.length };
    const stored = await this.#run.ports.manifests.publish(this.#run.task, this.#manifest(parts, quarantine, isFinal));
    await this.#cell.apply(stagedThrough(stored, this.#run.stamp));
    this.#run.counts.rowsStaged += this.#rows;
    this.#run.counts.rowsQuarantined += this.#quarantined.length;
    this.#run.counts.rowsSetAside += this.#quarantined.length;
    if (quarantine !== null) this.#tellQuarantine(quarantine);
    this.#run.counts.filesCreated += parts.length;
    this.#run.counts.countPolicies(stored.manifest.counts.policies);
    for (const part of parts) this.#run.emit({ type: 'part', phase: 'staged', key: part.key, rows: part.rows, bytes: part.bytes });
    if (stored.manifest.counts.policies.length > 0) this.#run.emit({ type: 'policy', counts: stored.manifest.counts.policies });
    this.#run.emit({ type: 'batch', phase: 'staged', epoch: this.#cell.document.epoch, seq: this.#seq, rows: this.#rows, bytes: this.#bytes });
    return stored;
  }

  /** Gives up; nothing of the batch counts. */
  async abort(): Promise<void> {
    this.#run.counts.rowsExtracted -= this.#rows + this.#quarantined.length;
    await this.#writer.abort();
  }

  #putQuarantine(): Promise<string> {
    const { request, ports, task, generation } = this.#run;
    return ports.quarantine.put(task, { epoch: this.#cell.document.epoch, seq: this.#seq, generation, runId: request.runId, writeId: request.surroundings.newWriteId() }, this.#quarantined);
  }

  #tellQuarantine({ key, rows }: NonNullable<BatchManifest['quarantine']>): void {
    const [first] = this.#quarantined;
    const where = Object.entries(first!.key).map(([column, text]) => `${column} = '${text}'`).join(', ');
    this.#run.emit({
      type: 'finding',
      finding: {
        code: 'ROWS_QUARANTINED', severity: 'warning', table: this.#run.table.name,
        message: `Batch ${this.#seq} of ${this.#run.table.name} sets ${rows} ${rows === 1 ? 'row' : 'rows'} aside in ${key}; the first is ${where}: ${first!.code}${first!.column === null ? '' : ` in ${first!.column}`}, ${first!.found}.`,
        remedy: ['Mend the rows at the source, or choose a policy under types; then run with --requeue.'],
      },
    });
  }

  #manifest(parts: BatchManifest['parts'], quarantine: BatchManifest['quarantine'], isFinal: boolean): BatchManifest {
    const { request, task } = this.#run;
    const { document } = this.#cell;
    const upTo = this.#rows + this.#quarantined.length === 0 ? this.#range.after : this.#range.positionOf(this.#lastCursor);
    return {
      format_version: 1,
      write_id: request.surroundings.newWriteId(),
      kind: 'rows',
      advances: this.#range.advances,
      batch_id: batchId(task, { epoch: document.epoch, seq: this.#seq }),
      table_id: this.#run.tableId,
      pipeline: task.pipeline,
      target: task.target,
      table: task.table,
      epoch: document.epoch,
      seq: this.#seq,
      generation: this.#run.generation,
      run_id: request.runId,
      batch_ts: request.surroundings.now().toISOString(),
      snapshot: this.#range.snapshotId === null ? null : { id: this.#range.snapshotId, final: isFinal },
      range: { after: this.#range.after, up_to: upTo, below: this.#range.below },
      ...(document.phase === 'first_load' && document.first_load_mark !== null && this.#range.advances ? { first_load_mark: document.first_load_mark } : {}),
      counts: { rows: this.#rows, quarantined: this.#quarantined.length, bytes: parts.reduce((sum, part) => sum + part.bytes, 0), policies: this.#policies.policies },
      parts,
      quarantine,
      ...(this.#range.requeues === undefined ? {} : { requeues: this.#range.requeues }),
      frozen: this.#frozen,
      previous_manifest_sha256: document.staged_through.manifest_sha256,
    };
  }
}
