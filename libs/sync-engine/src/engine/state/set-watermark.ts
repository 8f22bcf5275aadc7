import { cursorTypeOf, type PositionInput, type Strategy } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import type { Position, SourceTable, WatermarkDocument } from '@tidemark/domain';
import { SyncError } from '../errors.ts';
import { planFromSource } from '../plan-from-source.ts';
import type { SourcePort, SyncPorts } from '../ports.ts';
import type { PipelineSettings } from '../sync-request.ts';
import { beginEpoch, refuseDuplicates, type StateChange } from './begin-epoch.ts';
import { loadPreserved } from './load-preserved.ts';
import { isAtOrAfter } from './position-order.ts';
import { keptFields, settledState } from './settled-state.ts';
import type { EpochRequest } from './state-request.ts';
import { underLease, type LeasedState } from './under-lease.ts';

export interface SetRequest extends EpochRequest {
  readonly table: ResolvedTable;
  readonly settings: PipelineSettings;
  /** The parts that change; null keeps what stands. */
  readonly timestamp: string | null;
  readonly id: string | null;
}

/**
 * Says where reading goes on, as a new epoch. The parts that are given change and the rest stays; rows that a move forward passes over are
 * never read. The source that is configured now becomes the watermark's. Takes the lease. Durable on return.
 *
 * @throws SyncError STATE_POSITION_NEEDED, STATE_WOULD_DUPLICATE; CdcError CDC_INPUT
 */
export async function setWatermark(request: SetRequest, ports: SyncPorts & { readonly source: SourcePort }): Promise<StateChange> {
  const { table, settings, target, signal } = request;
  const { strategy, source: definition } = await planFromSource(settings, table, target, ports.source, signal);
  return underLease(request, ports, async (found) => {
    const state = await loadPreserved(request, found);
    const before = state.watermark.kind === 'readable' ? await standing(request, state) : null;
    const position = strategy.positionFromInput(wholeInput(request, before?.loaded_through.position ?? null, strategy));
    refuseDuplicates(request, state, !isAtOrAfter(position, before?.loaded_through.position ?? null, ordersOf(strategy)));
    return beginEpoch(request, state, { ...(before === null ? {} : keptFields(before)), ...sourceOf(definition), position, phase: 'incremental' });
  });
}

/** The watermark brought up to the ledger; as it stands where the two contradict each other, which the new epoch ends. */
async function standing(request: SetRequest, state: LeasedState): Promise<WatermarkDocument> {
  try {
    return (await settledState(request, state)).document;
  } catch (error) {
    if (state.watermark.kind !== 'readable' || !(error instanceof Error && 'code' in error && /^(STATE|MANIFEST)_/.test(String(error.code)))) throw error;
    const { document } = state.watermark.stored;
    return { ...document, target_oid: state.target?.tableOid ?? null };
  }
}

const sourceOf = ({ serverId }: SourceTable): { readonly source_id: string } => ({ source_id: serverId });

function ordersOf(strategy: Strategy) {
  return strategy.order.map((column) => cursorTypeOf(column)?.order ?? 'server');
}

/** What is given, completed by what stands. */
function wholeInput({ timestamp, id, task }: SetRequest, position: Position | null, strategy: Strategy): PositionInput {
  if (timestamp === null && id === null) throw new SyncError('STATE_POSITION_NEEDED', { message: `${task.table}: neither --timestamp nor --id is given.` });
  const kept = partsOf(position, strategy);
  return { timestamp: timestamp ?? kept.timestamp, id: id ?? kept.id };
}

function partsOf(position: Position | null, { order, versionColumns }: Strategy): PositionInput {
  if (position?.kind === 'tick') return { timestamp: position.column === order[0]?.name ? position.value : null, id: null };
  if (position?.kind !== 'keyset' || position.columns.join('\0') !== order.map((column) => column.name).join('\0')) return { timestamp: null, id: null };
  const hasTime = versionColumns[0] === order[0]?.name;
  const rest = position.values.slice(hasTime ? 1 : 0);
  return { timestamp: hasTime ? position.values[0]! : null, id: rest.length === 0 ? null : rest.length === 1 ? rest[0]! : JSON.stringify(rest) };
}
