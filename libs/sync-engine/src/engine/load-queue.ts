import { isDeepStrictEqual } from 'node:util';
import { isTidemarkError, type BatchManifest, type Finding, type StoredManifest } from '@tidemark/domain';
import type { TargetPort } from './ports.ts';
import type { TableRun } from './table-run.ts';
import type { WatermarkCell } from './watermark-cell.ts';
import { loadedThrough } from './watermark-transitions.ts';

/** From how many new rows on `analyze: auto` refreshes the statistics. */
const LARGE_LOAD_ROWS = 1_000_000;

/**
 * The batches at the front that can be loaded together: one schema, together no larger than the limit, at least one.
 * Each begins where the one before it ended, so no version of a row is in two of them: COPY gives no order by which one of two could win.
 */
export function nextLoadGroup(pending: readonly StoredManifest[], maxBytes: number): readonly StoredManifest[] {
  let bytes = 0;
  let count = 0;
  for (const { manifest } of pending) {
    const previous = pending[count - 1]?.manifest;
    bytes += manifest.counts.bytes;
    if (previous !== undefined && (bytes > maxBytes || !continues(previous, manifest))) break;
    count++;
  }
  return pending.slice(0, count);
}

/** The batches of one snapshot set are of one reading, so none of their rows are in two; a set ends its group. */
function continues(previous: BatchManifest, next: BatchManifest): boolean {
  if (next.requeues !== undefined || previous.requeues !== undefined) return false;
  const shapeOf = ({ epoch, kind, advances, frozen, snapshot }: BatchManifest): unknown => ({ epoch, kind, advances, frozen, set: snapshot?.id ?? null });
  if (previous.snapshot?.final === true || !isDeepStrictEqual(shapeOf(next), shapeOf(previous))) return false;
  return next.snapshot !== null || isDeepStrictEqual(next.range.after, previous.range.up_to);
}

/** True when a newer snapshot set is staged and this one was never ended: it takes no place any more. */
export function isSuperseded(group: readonly StoredManifest[], pending: readonly StoredManifest[]): boolean {
  const set = group[0]?.manifest.snapshot?.id;
  if (set === undefined) return false;
  const sets = pending.flatMap(({ manifest: { snapshot } }) => (snapshot === null ? [] : [snapshot]));
  return sets.some(({ id }) => id !== set) && !sets.some(({ id, final }) => id === set && final);
}

/**
 * Loads staged batches in order, one group at a time, while others are still being staged:
 * what was staged during a load becomes the next group.
 */
export class LoadQueue {
  readonly #run: TableRun;
  readonly #target: TargetPort;
  readonly #cell: WatermarkCell;
  readonly #signal: AbortSignal;
  readonly #onFailure: (error: unknown) => void;
  readonly #told = new Set<string>();
  #pending: readonly StoredManifest[] = [];
  #failure: { readonly error: unknown } | null = null;
  /** Ends when every load that was asked for so far has ended; never rejects. */
  #last: Promise<void> = Promise.resolve();

  /** @param onFailure told at once when a load fails, so that reading can stop */
  constructor(run: TableRun, target: TargetPort, cell: WatermarkCell, signal: AbortSignal, onFailure: (error: unknown) => void) {
    this.#run = run;
    this.#target = target;
    this.#cell = cell;
    this.#signal = signal;
    this.#onFailure = onFailure;
  }

  /** Each call asks for one load of whatever waits by then, so the newest batch is never left waiting. */
  add(...staged: readonly StoredManifest[]): void {
    this.#pending = [...this.#pending, ...staged];
    for (let asked = 0; asked < staged.length; asked++) this.#last = this.#last.then(() => this.#loadNext());
  }

  /** Resolves when everything that was added is committed; rejects with the first failure. */
  async drain(): Promise<void> {
    await this.#last;
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Once a run: every group of a run meets the same table. */
  #tell(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (this.#told.has(finding.message)) continue;
      this.#told.add(finding.message);
      this.#run.emit({ type: 'finding', finding });
    }
  }

  async #loadNext(): Promise<void> {
    const group = nextLoadGroup(this.#pending, this.#run.table.processing.loadTargetBytes);
    if (group.length === 0 || this.#failure !== null) return;
    try {
      this.#signal.throwIfAborted();
      const loaded = await this.#loadRanked(group);
      this.#pending = this.#pending.slice(loaded);
    } catch (error) {
      this.#failure = { error };
      this.#onFailure(error);
    }
  }

  /** Rows of one key and version in several batches have no order inside a COPY: the first batch is then loaded by itself. */
  async #loadRanked(group: readonly StoredManifest[]): Promise<number> {
    try {
      await this.#load(group);
      return group.length;
    } catch (error) {
      if (group.length === 1 || !isTidemarkError(error) || error.code !== 'LOADER_GROUP_AMBIGUOUS') throw error;
      await this.#load(group.slice(0, 1));
      return 1;
    }
  }

  /**
   * If the process dies
   * - before the commit: nothing of the group is in the target; the next run loads it;
   * - after the commit: the ledger has it; the next run moves the watermark.
   */
  async #load(group: readonly StoredManifest[]): Promise<void> {
    const { task, target, generation, request } = this.#run;
    const frozen = group[0]!.manifest.frozen;
    const rows = group.reduce((sum, stored) => sum + stored.manifest.counts.rows, 0);
    const batchIds = group.map((stored) => stored.manifest.batch_id);
    this.#run.emit({ type: 'load', phase: 'started', batchIds, rows });
    const contract = this.#run.table.schemaContract;
    const prepared = await this.#target.prepare({
      target, columns: frozen.columns, keys: frozen.keys, shape: frozen.shape, scd2: frozen.scd2, change: { task, generation, contract, allowRebuild: request.allowRebuild === true },
    });
    this.#tell(prepared.findings);
    const hasParts = group.some(({ manifest }) => manifest.parts.length > 0);
    const copyManifestUrl = hasParts ? await this.#run.ports.manifests.writeCopyManifest(task, group, generation) : '';
    const receipt = await this.#target.load({ task, target, group, copyManifestUrl, generation, runId: request.runId, prepared, isSuperseded: isSuperseded(group, this.#pending), dedupeTarget: request.dedupeTarget === true });
    await this.#cell.apply(...group.map((stored) => loadedThrough(stored, this.#run.stamp, receipt.targetOid)));
    if (!receipt.wasAlreadyLoaded) this.#run.counts.rowsLoaded += receipt.batches.reduce((sum, batch) => sum + batch.rowsCopied, 0);
    const rowsInserted = receipt.batches.reduce((sum, batch) => sum + batch.rowsInserted, 0);
    const rowsDeleted = receipt.batches.reduce((sum, batch) => sum + batch.rowsDeleted, 0);
    if (receipt.snapshot === 'incomplete') this.#run.counts.incomplete = true;
    this.#run.emit({ type: 'load', phase: 'committed', batchIds, rows, rowsInserted, rowsDeleted });
    await this.#analyze(rowsInserted);
  }

  /** Rows and state are durable by now: statistics that could not be refreshed are not worth a failed run. */
  async #analyze(rowsInserted: number): Promise<void> {
    const { table, target, task, request } = this.#run;
    if (rowsInserted === 0 || table.analyze === 'never' || (table.analyze === 'auto' && rowsInserted < LARGE_LOAD_ROWS)) return;
    try {
      await this.#target.analyze(target);
    } catch (error) {
      this.#signal.throwIfAborted();
      request.logger.warn({ table: task.table, error: isTidemarkError(error) ? error.code : String(error), ...(isTidemarkError(error) ? { message: error.message, remedy: error.remedy } : {}) }, 'the statistics of the target could not be refreshed');
    }
  }
}
