import type { BackfillRange, IncrementalStrategy, ReadEdge, Strategy } from '@tidemark/cdc-strategies';
import type { FrozenBatch, LoadMode } from '@tidemark/domain';
import { SyncError } from './errors.ts';
import { fixBound } from './fix-bound.ts';
import type { SourcePort } from './ports.ts';
import { RangeReader, type RangeReaderOptions } from './range-reader.ts';

/** Rows to read once more: a range, or the last hours by the server's clock. */
export type BackfillOrder = BackfillRange | { readonly by: 'hours'; readonly hours: number };

const HOUR_MS = 3_600_000;

/**
 * Reads a range once more into batches that do not move the cursor. They are merged by key, also in a table that is replaced as a whole; in append
 * mode rows that stand in the target, and those that are still to be read, are left out, and history stays history.
 *
 * If the process dies, what was staged is loaded by the next run, and asking for the same range again reads all of it once more.
 */
export async function readBackfill(options: RangeReaderOptions, order: BackfillOrder): Promise<void> {
  const { source, plan, signal, run } = options;
  const frozen = mergedBatch(plan.frozen, run.table.name);
  const range = await resolvedRange(source, plan.strategy, order, signal);
  if (range === null) return;
  const edge = unreadEdge(options, frozen.mode);
  if (edge === 'nothing is read') return;
  await new RangeReader(options).read(plan.strategy.backfill(frozen.columns, range, edge), null, { advances: false, frozen });
}

/** Where rows are appended, those that were not read yet are left to the readings that come: they would stand there twice. */
function unreadEdge({ cell: { document } }: Pick<RangeReaderOptions, 'cell'>, mode: LoadMode): ReadEdge | null | 'nothing is read' {
  if (mode !== 'append') return null;
  const { position } = document.staged_through;
  return position === null ? 'nothing is read' : { position, mark: document.first_load_mark };
}

function mergedBatch(frozen: FrozenBatch, table: string): FrozenBatch {
  if (frozen.mode !== 'replace') return frozen;
  if (frozen.keys.length === 0) throw new SyncError('STATE_BACKFILL_KEY', { message: `${table} is replaced as a whole and has no key by which a range could be merged.`, details: { table } });
  return { ...frozen, mode: 'merge' };
}

/**
 * The range with its ends. An open end is the bound of a run, so that no tick is read that is still open. Where times repeat, no row beyond it
 * is read, by times or by ids: a later change of it could have an earlier time, and merge would take that for an older version.
 * @returns null when there is nothing to read
 */
export async function resolvedRange(source: SourcePort, strategy: Strategy, order: BackfillOrder, signal: AbortSignal): Promise<BackfillRange | null> {
  const isCapped = strategy.kind === 'incremental' && strategy.repeatsTimes;
  if (!isCapped && (order.by === 'id' || (order.by === 'time' && order.to !== null))) return order;
  if (strategy.kind !== 'incremental') {
    if (order.by !== 'hours') return order;
    throw new SyncError('STATE_BACKFILL_HOURS', { message: `${strategy.name} reads by no time: hours mean nothing to it.` });
  }
  const bound = await fixBound({ source, strategy, lateCommits: 'accept', guardTimeoutMs: 0, signal });
  if (bound === null) return null;
  if (order.by === 'id') return { ...order, below: bound };
  if (order.by !== 'hours') return { ...order, to: order.to === null || order.to > bound.value ? bound.value : order.to };
  return { by: 'time', from: await hoursAgo(source, strategy, order.hours), to: bound.value };
}

/** A bound of the past, in the column's own form and zone. */
async function hoursAgo(source: SourcePort, strategy: IncrementalStrategy, hours: number): Promise<string> {
  const { nowUtc } = await source.clock();
  const [seconds, fraction = ''] = [nowUtc.slice(0, 19), nowUtc.slice(19)];
  const past = new Date(Date.parse(`${seconds.replace(' ', 'T')}Z`) - hours * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');
  const bound = strategy.bound(`${past}${fraction}`);
  if (bound === null) throw new SyncError('STATE_BACKFILL_HOURS', { message: `${strategy.name} reads by no time: hours mean nothing to it.` });
  return bound.value;
}
