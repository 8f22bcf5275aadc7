import { isTidemarkError, shellWord, type StoredManifest, type StoredWatermark, type TableResult, type WatermarkDocument } from '@tidemark/domain';
import { initialWatermark } from '@tidemark/layout';
import type { ResolvedTable } from '@tidemark/config';
import { adoptTable } from './adopt-table.ts';
import { readBackfill } from './backfill.ts';
import { SyncError } from './errors.ts';
import { expectedLoad } from './expected-load.ts';
import { Extraction } from './extraction.ts';
import { hashKeyFindings } from './hash-key.ts';
import { onlyWhile, stopWhenAborted } from './lease-guard.ts';
import { LoadQueue } from './load-queue.ts';
import { wrapPorts } from './port-methods.ts';
import { otherSource } from './other-source.ts';
import type { HeldLease, SourcePort, SyncPorts, TargetPort, TargetState } from './ports.ts';
import { reconcile, refuseForeignManifests, refuseStagedElsewhere, type Standing } from './reconcile.ts';
import { beginEpoch } from './shape/begin-epoch.ts';
import { knownNames, shapePlan } from './shape/shape-plan.ts';
import type { SyncRequest } from './sync-request.ts';
import { repeatSourceRequests } from './source-interruptions.ts';
import { describeRows, settleTimestampFormat } from './strategy-settings.ts';
import { planSync, type SyncPlan } from './table-plan.ts';
import { RunCounts, TableRun } from './table-run.ts';
import { WatermarkCell } from './watermark-cell.ts';
import { failedIn, loadedThrough, readsFrom, stagedThrough, succeeded } from './watermark-transitions.ts';

/** Of a table that has no watermark. */
const FIRST_EPOCH = 1;

/**
 * Syncs one table: takes its lease, settles what an earlier run left, loads what is staged, reads and loads what is new.
 * Every step can be the last one of a process; the next run goes on from what is durable.
 *
 * @param counts counts what is done, for the caller who sees it fail
 * @throws what stopped it; the watermark then says so, where it could be written
 */
export async function syncTable(request: SyncRequest, table: ResolvedTable, ports: SyncPorts, counts: RunCounts = new RunCounts()): Promise<TableResult> {
  const run = new TableRun(request, table, wrapPorts(ports, stopWhenAborted(request.signal)), counts);
  const startedAt = request.surroundings.now();
  run.emit({ type: 'table', phase: 'started' });
  if (request.adoptTable === true && (await adoptTable(request, table, run.ports))) {
    run.emit({ type: 'finding', finding: { code: 'TARGET_ADOPTED', severity: 'warning', table: table.name, message: `${run.target.schema}.${run.target.table} was loaded by another pipeline, and is this one's from now on; it is read anew.`, remedy: [] } });
  }
  for (let floor: number | null = 0; floor !== null; ) floor = await syncUnderLease(run, ports, floor);
  return resultOf(run, startedAt);
}

/** Null when the table is synced; else the generation above which the lease has to be taken again. */
async function syncUnderLease(run: TableRun, ports: SyncPorts, floor: number): Promise<number | null> {
  const { request } = run;
  const lease = await takeLease(run, floor);
  run.holdGeneration(lease.generation);
  try {
    await new LeasedSync(run, ports, lease, AbortSignal.any([request.signal, lease.signal])).sync();
    return null;
  } catch (error) {
    if (error instanceof GenerationBehind) return error.newest;
    throw error;
  } finally {
    await lease.release().catch((error: unknown) => request.logger.warn({ table: run.task.table, error: codeOf(error) }, 'the lease could not be released; it expires'));
    run.emit({ type: 'lease', phase: lease.signal.aborted ? 'lost' : 'released', generation: lease.generation });
  }
}

/** Ledger or manifests know a newer generation than the lease that is held: its object was deleted, and counting began anew. */
class GenerationBehind extends Error {
  override readonly name = 'GenerationBehind';
  readonly newest: number;

  constructor(newest: number) {
    super(`generation ${newest} is known`);
    this.newest = newest;
  }
}

/**
 * The new generation is above every one that the watermark has seen. The ledger is not asked before the lease is held: the load of
 * another run locks it, and that run is to be named at once, not waited for.
 */
async function takeLease(run: TableRun, floor: number): Promise<HeldLease> {
  const { request, ports, task } = run;
  const stored = await ports.watermarks.read(task);
  const lease = await ports.leases.acquire(task, request.runId, Math.max(floor, stored?.document.generation ?? 0), request.settings.leaseWaitMs, request.signal);
  run.emit({ type: 'lease', phase: 'acquired', generation: lease.generation });
  return lease;
}

/** The steps of a run under a lease. */
export class LeasedSync {
  readonly #run: TableRun;
  readonly #signal: AbortSignal;
  readonly #loadStopped = new AbortController();

  constructor(run: TableRun, ports: SyncPorts, lease: Pick<HeldLease, 'generation' | 'assertHeld'>, signal: AbortSignal) {
    const held = wrapPorts(wrapPorts(ports, onlyWhile(() => lease.assertHeld())), stopWhenAborted(signal));
    this.#run = new TableRun(run.request, run.table, wrapPorts(held, repeatSourceRequests(run, signal)), run.counts);
    this.#run.holdGeneration(lease.generation);
    this.#signal = signal;
  }

  async sync(): Promise<void> {
    const { ports, task, request } = this.#run;
    const stored = await ports.watermarks.read(task);
    await this.#refuseTakenOver(stored);
    if (request.backfill !== undefined && !hasBegun(stored)) throw new SyncError('STATE_NOTHING_YET', { message: `${task.table}: nothing was read yet that could be read once more.`, details: { table: task.table } });
    if (stored === null) await this.#refuseOldWatermark();
    // A table that was never synced is described and planned before anything is written for it: a mistake leaves nothing behind.
    const planned = stored === null && ports.source !== null ? await this.#plan(ports.source) : null;
    const state = ports.target === null ? null : await this.#fence(ports.target, stored, planned);
    const standing = reconcile(task, stored, state);
    const cell = await this.#openWatermark(stored, standing);
    const waiting = await this.#adoptManifests(cell, standing, state);
    let stage: 'mysql_state' | 'redshift_state' = 'redshift_state';
    const queue = ports.target === null ? null : new LoadQueue(this.#run, ports.target, cell, this.#signal, (error) => this.#loadStopped.abort(error));
    try {
      queue?.add(...waiting);
      if (queue !== null) this.#run.counts.rowsQuarantined += waiting.reduce((sum, { manifest }) => sum + manifest.counts.quarantined, 0);
      if (ports.source !== null) {
        stage = 'mysql_state';
        await this.#extract(ports.source, cell, queue, planned);
        stage = 'redshift_state';
      }
      await queue?.drain();
      await this.#recordSuccess(cell);
    } catch (error) {
      const failure = this.#loadStopped.signal.aborted ? this.#loadStopped.signal.reason : error;
      await queue?.drain().catch(() => undefined);
      await this.#recordFailure(cell, this.#loadStopped.signal.aborted ? 'redshift_state' : stage, failure);
      throw failure;
    }
  }

  /** What the replaced tool has loaded is not loaded once more by accident. A table that had a watermark of ours is past that. */
  async #refuseOldWatermark(): Promise<void> {
    const { ports, task } = this.#run;
    const old = await ports.watermarks.findOld(task);
    if (old === null || (await ports.watermarks.history(task)).length > 0) return;
    throw new SyncError('STATE_OLD_WATERMARK', {
      message: `${task.table}: the replaced tool has left a watermark of it at ${old.key}, and there is none of this program.`,
      remedy: [`Take it over: tidemark watermark import -p ${shellWord(task.pipeline)} -t ${shellWord(task.table.slice(task.table.indexOf(':') + 1))} --dry-run.`, `Or read the table anew: tidemark watermark reset -p ${shellWord(task.pipeline)} -t ${shellWord(task.table.slice(task.table.indexOf(':') + 1))}.`],
      details: { table: task.table, key: old.key },
    });
  }

  async #openWatermark(stored: StoredWatermark | null, standing: Standing): Promise<WatermarkCell> {
    const { ports, task, stamp, request } = this.#run;
    if (stored !== null) return new WatermarkCell(ports.watermarks, task, stored, stored.document);
    const document = initialWatermark(task, { epoch: standing.epoch, generation: stamp.generation, runId: request.runId, writeId: request.surroundings.newWriteId(), at: request.surroundings.now() });
    const cell = new WatermarkCell(ports.watermarks, task, null, document);
    await cell.apply();
    return cell;
  }

  /**
   * Shuts out older generations, then reads the ledger: what they committed is in it, and nothing of theirs follows.
   * The fence also ends sessions of dead and frozen runs that hold the ledger's lock; a reading would wait for them.
   */
  async #fence(port: TargetPort, stored: StoredWatermark | null, planned: SyncPlan | null): Promise<TargetState> {
    const { task, target, generation, request, table } = this.#run;
    try {
      await port.fence({ task, target, epoch: stored?.document.epoch ?? FIRST_EPOCH, generation, runId: request.runId, sourceId: stored?.document.source_id ?? null, ...expectedLoad(table, planned, stored?.document.schema) });
    } catch (error) {
      // The watermark is behind the ledger, or there is none: what both say together is the better explanation.
      if (codeOf(error) === 'LEDGER_EPOCH') reconcile(task, stored, await port.inspect(task, target));
      if (codeOf(error) === 'LEDGER_FENCED') await this.#refuseDeletedLease((await port.inspect(task, target)).ledger?.generation ?? 0);
      throw error;
    }
    return port.inspect(task, target);
  }

  /** A run that froze right after it took its lease reads what the run that took over has written, and could go on from there. */
  async #refuseTakenOver(stored: StoredWatermark | null): Promise<void> {
    const known = stored?.document.generation ?? 0;
    if (known <= this.#run.generation) return;
    await this.#refuseDeletedLease(known);
    throw new SyncError('STATE_TAKEN_OVER', { message: `${this.#run.task.table}: the watermark was written by generation ${known}; this run has generation ${this.#run.generation}.`, details: { known, generation: this.#run.generation } });
  }

  /** @throws GenerationBehind when the lease is still this run's, so that no other run can have gone beyond it */
  async #refuseDeletedLease(known: number): Promise<void> {
    const { ports, task, generation } = this.#run;
    if (known < generation) return;
    const lease = await ports.leases.inspect(task);
    if (lease?.document.generation === generation && lease.document.owner.run_id === this.#run.request.runId) throw new GenerationBehind(known);
  }

  /** Takes over what an earlier run made durable and could not write down; returns what is staged and not loaded. */
  async #adoptManifests(cell: WatermarkCell, standing: Standing, state: TargetState | null): Promise<readonly StoredManifest[]> {
    const { ports, task, target, stamp } = this.#run;
    const from = Math.min(cell.document.loaded_through.seq, cell.document.staged_through.seq);
    const manifests = await ports.manifests.list(task, standing.epoch, from);
    refuseForeignManifests(task, cell.document, manifests, state?.ledger ?? null);
    await this.#refuseDeletedLease(Math.max(0, ...manifests.map(({ manifest }) => manifest.generation).filter((known) => known > this.#run.generation)));
    const newest = manifests.at(-1)?.manifest.seq ?? from;
    const needed = Math.max(cell.document.staged_through.seq, standing.loadedSeq);
    if (newest < needed) {
      throw new SyncError('STATE_MANIFEST_MISSING', {
        message: `${task.table}: batch ${needed} of epoch ${standing.epoch} is known, and the manifests after batch ${from} end at batch ${newest}.`,
        details: { epoch: standing.epoch, expectedSeq: needed, foundSeq: newest },
      });
    }
    const loaded = manifests.filter(({ manifest }) => manifest.seq <= standing.loadedSeq);
    const waiting = manifests.slice(loaded.length);
    refuseStagedElsewhere(task, target, waiting);
    await cell.apply(...manifests.map((stored) => stagedThrough(stored, stamp)), ...loaded.map((stored) => loadedThrough(stored, stamp, state?.tableOid ?? null)));
    return waiting;
  }

  async #plan(source: SourcePort, document: WatermarkDocument | null = null): Promise<SyncPlan> {
    const knownServer = document?.source_id ?? null;
    const { table, target, request } = this.#run;
    const definition = await describeRows(source, table);
    if (knownServer !== null && knownServer !== definition.serverId) {
      throw otherSource(this.#run.task, knownServer, definition.serverId);
    }
    const known = document === null ? null : knownNames(document, table.schemaContract, definition.columns.map((column) => column.name));
    return planSync(definition, await settleTimestampFormat(source, definition, table, this.#signal), target, request.settings.cursorTimeZone, request.settings.hashKey, known);
  }

  async #extract(source: SourcePort, cell: WatermarkCell, queue: LoadQueue | null, planned: SyncPlan | null): Promise<void> {
    const unshaped = planned ?? (await this.#plan(source, cell.document));
    const { plan, rereads } = await shapePlan(this.#run, source, cell.document, unshaped);
    if (rereads.length > 0) {
      await queue?.drain();
      await beginEpoch(this.#run, cell);
    }
    // A first load writes it with its mark; a watermark that was set or repaired may not have it.
    if (cell.document.phase !== 'first_load' || cell.document.first_load_mark !== null) await cell.apply(readsFrom(plan.source.serverId, this.#run.stamp));
    this.#run.emit({ type: 'table', phase: 'planned', estimatedRows: plan.source.estimatedRows, ...this.#rowsToRead(cell, plan.source.estimatedRows) });
    for (const finding of [...plan.findings, ...hashKeyFindings(this.#run.table.name, cell.document, plan.frozen)]) this.#run.emit({ type: 'finding', finding });
    const signal = AbortSignal.any([this.#signal, this.#loadStopped.signal]);
    const options = { run: this.#run, source, cell, plan, signal, staged: (stored: StoredManifest) => queue?.add(stored) };
    if (this.#run.request.backfill !== undefined) return readBackfill(options, this.#run.request.backfill);
    await new Extraction(options).run();
  }

  /** Known, as far as the estimate is, where the run begins at the table's beginning and reads all of it. */
  #rowsToRead({ document: { phase, staged_through } }: WatermarkCell, estimatedRows: number): { readonly rowsToRead?: number } {
    const { backfill, limit } = this.#run.request;
    const isWhole = backfill === undefined && (phase === 'snapshot' || (phase === 'first_load' && staged_through.position === null));
    return isWhole ? { rowsToRead: Math.min(estimatedRows, limit ?? Infinity) } : {};
  }

  async #recordSuccess(cell: WatermarkCell): Promise<void> {
    const stages = { extracted: this.#run.ports.source !== null, loaded: this.#run.ports.target !== null };
    const { mysql_state, redshift_state } = cell.document;
    const isRecorded = (!stages.extracted || mysql_state.status === 'success') && (!stages.loaded || redshift_state.status === 'success');
    if (!isRecorded) await cell.apply(succeeded(stages, this.#run.stamp));
  }

  async #recordFailure(cell: WatermarkCell, stage: 'mysql_state' | 'redshift_state', error: unknown): Promise<void> {
    if (this.#signal.aborted) return;
    const message = isTidemarkError(error) ? error.message : 'unexpected error';
    await cell
      .apply(failedIn(stage, { code: codeOf(error), message }, this.#run.stamp))
      .catch((cause: unknown) => this.#run.request.logger.warn({ table: this.#run.task.table, error: codeOf(cause) }, 'the failure could not be recorded in the watermark'));
  }
}

function resultOf(run: TableRun, startedAt: Date): TableResult {
  const { counts, request } = run;
  const endedAt = request.surroundings.now();
  const processed = counts.processed(request.stages);
  const isIdle = processed === 0 && counts.rowsStaged === 0 && counts.rowsQuarantined === 0 && counts.rowsRequeued === 0;
  const note = isIdle && request.stages === 'redshift-only' ? 'Nothing is staged that is not loaded.' : undefined;
  run.emit({ type: 'table', phase: 'finished', rowsExtracted: counts.rowsExtracted, rowsLoaded: counts.rowsLoaded });
  return {
    status: isIdle ? 'up_to_date' : 'success',
    rows_processed: processed,
    files_created: counts.filesCreated,
    duration_seconds: (endedAt.getTime() - startedAt.getTime()) / 1000,
    rows_extracted: counts.rowsExtracted,
    rows_loaded: counts.rowsLoaded,
    rows_quarantined: counts.rowsQuarantined,
    ...(request.requeue === true ? { rows_requeued: counts.rowsRequeued } : {}),
    policy_counts: counts.policies,
    limited: counts.limited,
    ...(counts.incomplete ? { incomplete: true } : {}),
    ...(counts.rowsAhead === 0 ? {} : { rows_ahead: counts.rowsAhead }),
    completed_at: endedAt.toISOString(),
    ...(note === undefined ? {} : { note }),
  };
}

/** False before the first row was read. */
function hasBegun(stored: StoredWatermark | null): boolean {
  return stored !== null && (stored.document.phase !== 'first_load' || stored.document.first_load_mark !== null);
}

function codeOf(error: unknown): string {
  return isTidemarkError(error) ? error.code : 'UNEXPECTED';
}
