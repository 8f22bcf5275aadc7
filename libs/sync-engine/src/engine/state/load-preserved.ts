import { LeasedSync } from '../sync-table.ts';
import { RunCounts, TableRun } from '../table-run.ts';
import type { EpochRequest } from './state-request.ts';
import type { LeasedState } from './under-lease.ts';

/** Loads what is staged before its epoch ends, where the request asks for it, under the same lease; gives what stands then. */
export async function loadPreserved(request: EpochRequest, state: LeasedState): Promise<LeasedState> {
  const { preserve, task, target, runId, surroundings } = request;
  if (preserve === null || request.isDryRun || state.watermark.kind === 'none') return state;
  const { settings, table, logger, emit } = preserve;
  const sync = { runId, settings, tables: [table], stages: 'redshift-only', limit: null, context: {}, signal: state.signal, emit, logger, surroundings } as const;
  const ports = { ...state.ports, source: null };
  await new LeasedSync(new TableRun(sync, table, ports, new RunCounts()), ports, state.lease, state.signal).sync();
  return {
    ...state,
    watermark: await state.ports.watermarks.examine(task),
    target: state.ports.target === null ? null : await state.ports.target.inspect(task, target),
  };
}
