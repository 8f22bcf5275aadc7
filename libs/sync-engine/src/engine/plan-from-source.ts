import type { ResolvedTable } from '@tidemark/config';
import type { SourcePort, TargetTable } from './ports.ts';
import { settleTimestampFormat } from './strategy-settings.ts';
import type { PipelineSettings } from './sync-request.ts';
import { planSync, type SyncPlan } from './table-plan.ts';

/** Plans a table from its definition at the source, as a run would. Reads only. */
export async function planFromSource(settings: PipelineSettings, table: ResolvedTable, target: TargetTable, source: SourcePort, signal: AbortSignal): Promise<SyncPlan> {
  const dot = table.name.indexOf('.');
  const definition = await source.describe(table.name.slice(0, dot), table.name.slice(dot + 1));
  return planSync(definition, await settleTimestampFormat(source, definition, table, signal), target, settings.cursorTimeZone, settings.hashKey);
}
