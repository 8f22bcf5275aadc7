import type { IncrementalStrategy } from '@tidemark/cdc-strategies';
import type { Bound, LoadMode } from '@tidemark/domain';

/**
 * Where the pages of a first load end in time; null when they take every row. Rows at or above its mark are left to the first increment where
 * reading one twice would add it twice, and where a later change of it could have an earlier time.
 */
export function firstLoadEnd(strategy: IncrementalStrategy, mode: LoadMode, mark: Bound | null): Bound | null {
  return mode === 'append' || strategy.repeatsTimes ? mark : null;
}
