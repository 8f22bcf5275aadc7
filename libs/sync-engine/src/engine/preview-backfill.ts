import type { BackfillRange } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import { resolvedRange, type BackfillOrder } from './backfill.ts';
import { planFromSource } from './plan-from-source.ts';
import type { SourcePort } from './ports.ts';
import type { PipelineSettings } from './sync-request.ts';

/** What a backfill would read. */
export interface BackfillPreview {
  readonly table: string;
  readonly mode: string;
  /** Null when there is nothing to read. */
  readonly range: BackfillRange | null;
  /** Its first query. */
  readonly sql: string | null;
}

/** Plans the reading of a range. Reads the definition and the clock only. */
export async function previewBackfill(settings: PipelineSettings, table: ResolvedTable, order: BackfillOrder, source: SourcePort): Promise<BackfillPreview> {
  const target = { schema: table.targetSchema, table: table.targetTable, workSchema: settings.workSchema };
  const { signal } = new AbortController();
  const { strategy, frozen } = await planFromSource(settings, table, target, source, signal);
  const range = await resolvedRange(source, strategy, order, signal);
  const sql = range === null ? null : strategy.backfill(frozen.columns, range, null).query(null, table.processing.batchSize).sql;
  return { table: table.scopedName, mode: frozen.mode, range, sql };
}
