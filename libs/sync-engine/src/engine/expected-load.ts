import type { ResolvedTable } from '@tidemark/config';
import type { KnownSchema } from '@tidemark/domain';
import type { FenceRequest } from './ports.ts';
import type { SyncPlan } from './table-plan.ts';

/** What a run will load, as far as it is known before anything is read. */
export type ExpectedLoad = Pick<FenceRequest, 'mode' | 'columns'>;

/**
 * A table that was never synced has a plan by now; of another its newest staged batch tells the columns and the keys.
 * The mode is settled as `loadModeOf` does it.
 */
export function expectedLoad(table: Pick<ResolvedTable, 'loadMode' | 'mergeKeys' | 'reading'>, planned: SyncPlan | null, known: KnownSchema | undefined): ExpectedLoad {
  if (planned !== null) return { mode: planned.frozen.mode, columns: planned.frozen.columns.map(({ name }) => name) };
  const mode = table.loadMode ?? (table.reading.strategy === 'full_sync' ? 'replace' : known === undefined ? null : (table.mergeKeys ?? known.primary_key).length > 0 ? 'merge' : 'append');
  return { ...(mode === null ? {} : { mode }), ...(known === undefined ? {} : { columns: [...known.columns, ...known.dropped].map(({ name }) => name) }) };
}
