import { isDeepStrictEqual } from 'node:util';
import type { BatchManifest, Finding, StoredManifest } from '@tidemark/domain';
import type { TargetPort } from './ports.ts';
import type { TableRun } from './table-run.ts';
import type { WatermarkCell } from './watermark-cell.ts';
import { loadedThrough } from './watermark-transitions.ts';

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

function continues(previous: BatchManifest, next: BatchManifest): boolean {
  const shapeOf = ({ epoch, kind, advances, snapshot, frozen }: BatchManifest): unknown => ({ epoch, kind, advances, snapshot: snapshot?.id, frozen });
  return isDeepStrictEqual(next.range.after, previous.range.up_to) && isDeepStrictEqual(shapeOf(next), shapeOf(previous));
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
      await this.#load(group);
      this.#pending = this.#pending.slice(group.length);
    } catch (error) {
      this.#failure = { error };
      this.#onFailure(error);
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
      target, columns: frozen.columns, keys: frozen.keys, shape: frozen.shape, change: { task, generation, contract, allowRebuild: request.allowRebuild === true },
    });
    this.#tell(prepared.findings);
    const hasParts = group.some(({ manifest }) => manifest.parts.length > 0);
    const copyManifestUrl = hasParts ? await this.#run.ports.manifests.writeCopyManifest(task, group, generation) : '';
    const receipt = await this.#target.load({ task, target, group, copyManifestUrl, generation, runId: request.runId, prepared });
    await this.#cell.apply(...group.map((stored) => loadedThrough(stored, this.#run.stamp, receipt.targetOid)));
    if (!receipt.wasAlreadyLoaded) this.#run.counts.rowsLoaded += rows;
    const rowsInserted = receipt.batches.reduce((sum, batch) => sum + batch.rowsInserted, 0);
    const rowsDeleted = receipt.batches.reduce((sum, batch) => sum + batch.rowsDeleted, 0);
    this.#run.emit({ type: 'load', phase: 'committed', batchIds, rows, rowsInserted, rowsDeleted });
  }
}
