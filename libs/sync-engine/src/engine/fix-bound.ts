import type { IncrementalStrategy } from '@tidemark/cdc-strategies';
import type { Bound, ExtractionQuery } from '@tidemark/domain';
import type { SourcePort } from './ports.ts';

/**
 * Fixes the end of a run: by the server's clock where that tells, and on a replica at its newest row at most. The clock of a replica runs on
 * while it lags, so rows below the clock's bound may not have arrived yet.
 *
 * @returns null when there is nothing to read
 */
export async function fixBound(source: SourcePort, strategy: IncrementalStrategy, signal: AbortSignal): Promise<Bound | null> {
  const clock = await source.clock();
  const bound = strategy.bound(clock.nowUtc);
  if (bound !== null && !clock.isReplica) return bound;
  return strategy.boundAtNewest(await readText(source, strategy.newest(bound), signal));
}

/** The first cursor text of a query's one row; null without a row. */
export async function readText(source: SourcePort, query: ExtractionQuery, signal: AbortSignal): Promise<string | null> {
  let text: string | null = null;
  for await (const { batch } of source.read(query, { maxBatchRows: 1, maxBatchBytes: 1024 }, signal)) text = batch.lastCursor[0] ?? null;
  return text;
}
