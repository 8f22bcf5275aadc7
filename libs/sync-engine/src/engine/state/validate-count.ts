import { countThrough } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import type { LoadMode, TableTask } from '@tidemark/domain';
import { SyncError } from '../errors.ts';
import { readText } from '../fix-bound.ts';
import { planFromSource } from '../plan-from-source.ts';
import type { SourcePort, SyncPorts, TargetPort, TargetTable } from '../ports.ts';
import type { PipelineSettings } from '../sync-request.ts';

export interface CountCheckRequest {
  readonly task: TableTask;
  readonly target: TargetTable;
  readonly table: ResolvedTable;
  readonly settings: PipelineSettings;
  readonly signal: AbortSignal;
}

/** Rows that should stand in the target, and rows that do. */
export interface CountCheck {
  readonly mode: LoadMode;
  /** What is compared, for people. */
  readonly compared: string;
  readonly expected: number;
  readonly found: number;
  readonly isEqual: boolean;
}

type CountPorts = Pick<SyncPorts, 'watermarks'> & { readonly source: SourcePort; readonly target: TargetPort };

/**
 * Compares what was loaded with what is there, as the load mode has it: in append every row that was loaded; with merge and replace the rows of
 * the source up to the watermark; in history its current rows. Deleted rows that a strategy cannot see make a difference. Changes nothing.
 */
export async function validateCount(request: CountCheckRequest, ports: CountPorts): Promise<CountCheck> {
  const { task, target, table, settings, signal } = request;
  const stored = await ports.watermarks.read(task);
  if (stored === null) throw new SyncError('STATE_NOTHING_YET', { message: `${task.table} has no watermark: nothing was synced yet.`, details: { table: task.table } });
  const { document } = stored;
  const { source, frozen, strategy } = await planFromSource(settings, table, target, ports.source, signal);
  const { mode } = frozen;
  const found = (await ports.target.countRows(target, mode === 'scd2' ? table.scd2.columns.current : null)) ?? 0;
  if (mode === 'append') return checked(mode, 'rows loaded in all, and rows in the target', document.redshift_state.total_rows, found);
  const { position } = document.loaded_through;
  const isWhole = strategy.kind === 'snapshot';
  const expected = position === null && !isWhole ? 0 : Number(await readText(ports.source, countThrough(source, table.reading.additionalWhere, isWhole ? null : position), signal));
  const what = isWhole ? 'rows of the source' : 'rows of the source up to the watermark';
  return checked(mode, `${what}, and ${mode === 'scd2' ? 'current rows of the history' : 'rows in the target'}`, expected, found);
}

function checked(mode: LoadMode, compared: string, expected: number, found: number): CountCheck {
  return { mode, compared, expected, found, isEqual: expected === found };
}
