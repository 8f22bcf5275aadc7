import type { HybridStrategy } from '@tidemark/cdc-strategies';
import type { Bound } from '@tidemark/domain';
import type { SourcePort } from './ports.ts';

/**
 * Fixes the exclusive end of a run: by the server's clock, and on a replica at its newest row at most. The clock of a replica runs on
 * while it lags, so rows below the clock's bound may not have arrived yet.
 */
export async function fixBound(source: SourcePort, strategy: HybridStrategy, signal: AbortSignal): Promise<Bound> {
  const clock = await source.clock();
  const bound = strategy.bound(clock.nowUtc);
  if (!clock.isReplica) return bound;
  let newest: string | null = null;
  for await (const { batch } of source.read(strategy.newestBelow(bound), { maxBatchRows: 1, maxBatchBytes: 1024 }, signal)) newest = batch.lastCursor[0] ?? null;
  return strategy.boundAtNewest(newest);
}
