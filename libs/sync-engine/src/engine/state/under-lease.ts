import { isTidemarkError, type FoundWatermark, type LedgerHead, type TableTask, type WatermarkDocument } from '@tidemark/domain';
import { onlyWhile, stopWhenAborted } from '../lease-guard.ts';
import { wrapPorts } from '../port-methods.ts';
import type { HeldLease, SyncPorts, TargetPort, TargetState } from '../ports.ts';
import type { StateRequest } from './state-request.ts';

/** What is known of a table while its lease is held. */
export interface LeasedState {
  /** They make no request once the lease is lost or the command was interrupted. */
  readonly ports: SyncPorts;
  readonly watermark: FoundWatermark;
  /** Null where Redshift is not reached. */
  readonly target: TargetState | null;
  readonly lease: Pick<HeldLease, 'generation' | 'assertHeld'>;
  readonly signal: AbortSignal;
}

/** A load of a live run ends within this; what holds the ledger for longer is a session that nobody waits for any more. */
const LEDGER_WAIT_MS = 5_000;

/**
 * Takes a table's lease, reads what stands, does the work, and releases the lease.
 * The generation is above everything that watermark, history and ledger know, so that a lease object that was deleted by hand does no harm.
 * A dry run takes no lease.
 *
 * @throws code LEASE_HELD when a run works on the table
 */
export async function underLease<T>(request: StateRequest, allPorts: SyncPorts, work: (state: LeasedState) => Promise<T>): Promise<T> {
  const { task, runId, leaseWaitMs, signal } = request;
  const ports = wrapPorts(allPorts, stopWhenAborted(signal));
  let floor = await newestGeneration(task, ports);
  if (request.isDryRun) return work(await looked(request, ports, floor));
  for (;;) {
    const lease = await ports.leases.acquire(task, runId, floor, leaseWaitMs, signal);
    try {
      const guarded = guardedPorts(ports, lease);
      // The ledger is asked under the lease only: the load of another run locks it.
      const found = guarded.target === null ? null : await readTarget(request, guarded.target, lease.generation);
      const watermark = await guarded.watermarks.examine(task);
      const newest = Math.max(found?.ledger?.generation ?? 0, watermark.kind === 'readable' ? watermark.stored.document.generation : 0);
      if (newest < lease.generation) {
        const target = guarded.target === null || found === null ? null : await shutOut(request, guarded.target, found, lease.generation);
        return await work({ lease, ports: guarded, watermark, target, signal: AbortSignal.any([signal, lease.signal]) });
      }
      floor = newest;
    } finally {
      await lease.release();
    }
  }
}

/** What stands now, without a lease: it may change at once. */
async function looked({ task, target, signal, adopt }: StateRequest, ports: SyncPorts, floor: number): Promise<LeasedState> {
  const watermark = await ports.watermarks.examine(task);
  const state = ports.target === null ? null : await ports.target.inspect(task, target, LEDGER_WAIT_MS, adopt);
  return { lease: { generation: floor + 1, assertHeld: () => undefined }, ports, watermark, target: state, signal };
}

function guardedPorts(ports: SyncPorts, lease: HeldLease): SyncPorts {
  return wrapPorts(ports, onlyWhile(() => lease.assertHeld()));
}

async function newestGeneration(task: TableTask, ports: SyncPorts): Promise<number> {
  const found = await ports.watermarks.examine(task);
  if (found.kind === 'readable') return found.stored.document.generation;
  return Math.max(0, ...(await ports.watermarks.history(task)).map(({ entry }) => entry.generation));
}

/** A holder that froze in the middle of a load may wake after the ledger was read: a fence in the ledger's own epoch refuses it, then what it committed before is read. */
async function shutOut({ task, target, runId, adopt }: StateRequest, port: TargetPort, found: TargetState, generation: number): Promise<TargetState> {
  // A ledger that is being taken over has a fence of the new owner in the new epoch only.
  if (found.ledger === null || adopt === true) return found;
  const { epoch, sourceId } = found.ledger;
  await port.fence({ task, target, epoch, generation, runId, sourceId });
  return port.inspect(task, target, undefined, adopt);
}

/** A ledger that stays locked is held by a dead or frozen session: a fence ends it, whatever it then says about epoch and generation. */
async function readTarget(request: StateRequest, port: TargetPort, generation: number): Promise<TargetState> {
  const { task, target, runId, adopt } = request;
  try {
    return await port.inspect(task, target, LEDGER_WAIT_MS, adopt);
  } catch (error) {
    if (!isTidemarkError(error) || error.code !== 'LEDGER_LOCKED') throw error;
  }
  await port.fence({ task, target, epoch: 1, generation, runId, sourceId: null }).catch((error: unknown) => {
    if (!isTidemarkError(error) || (error.code !== 'LEDGER_EPOCH' && error.code !== 'LEDGER_FENCED')) throw error;
  });
  return port.inspect(task, target, undefined, adopt);
}

/** The document, where one can be read. */
export function documentOf(found: FoundWatermark): WatermarkDocument | null {
  return found.kind === 'readable' ? found.stored.document : null;
}

/** The ledger's head, where there is one. */
export function ledgerOf(state: LeasedState): LedgerHead | null {
  return state.target?.ledger ?? null;
}
