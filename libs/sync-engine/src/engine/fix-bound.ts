import { setTimeout as wait } from 'node:timers/promises';
import type { IncrementalStrategy } from '@tidemark/cdc-strategies';
import type { LateCommits } from '@tidemark/config';
import type { Bound, ExtractionQuery } from '@tidemark/domain';
import { SyncError } from './errors.ts';
import type { SourcePort } from './ports.ts';

export interface BoundRequest {
  readonly source: SourcePort;
  readonly strategy: IncrementalStrategy;
  readonly lateCommits: LateCommits;
  /** Longest wait for open transactions, in milliseconds. */
  readonly guardTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** How often it is looked whether transactions have ended. */
const POLL_MS = 250;

/**
 * Fixes the end of a run: by the server's clock where that tells, and on a replica at its newest row at most. The clock of a replica runs on
 * while it lags, so rows below the clock's bound may not have arrived yet.
 *
 * With `guard` no transaction that is open can still bring a row below it: a bound by the clock stays below the start of the oldest one, and a
 * bound by the newest row is fixed first, then the transactions that are open are waited for.
 *
 * @returns null when there is nothing to read
 * @throws SyncError SYNC_GUARD_REPLICA, SYNC_GUARD_TIMEOUT; code SOURCE_ACCESS_DENIED where open transactions may not be seen
 */
export async function fixBound(request: BoundRequest): Promise<Bound | null> {
  const { source, strategy, lateCommits, signal } = request;
  // Looked at before the clock: a transaction that begins in between has a later time than either.
  const open = lateCommits === 'guard' ? await source.openTransactions() : null;
  const clock = await source.clock();
  if (open !== null && clock.isReplica) {
    throw new SyncError('SYNC_GUARD_REPLICA', { message: 'The source is a replica: transactions that are open on its own source cannot be seen here.' });
  }
  const oldest = open?.oldestStartUtc ?? clock.nowUtc;
  const bound = strategy.bound(oldest < clock.nowUtc ? oldest : clock.nowUtc);
  if (bound !== null && !clock.isReplica) return bound;
  const newest = strategy.boundAtNewest(await readText(source, strategy.newest(bound), signal));
  if (open !== null && newest !== null) await waitForTransactions(request, (await source.openTransactions()).ids);
  return newest;
}

async function waitForTransactions({ source, guardTimeoutMs, signal }: BoundRequest, ids: readonly string[]): Promise<void> {
  let waiting = new Set(ids);
  const end = performance.now() + guardTimeoutMs;
  while (waiting.size > 0) {
    if (performance.now() > end) {
      throw new SyncError('SYNC_GUARD_TIMEOUT', { message: `${waiting.size} transactions have been open for more than ${guardTimeoutMs} ms; rows of theirs may lie below the end of this run.`, details: { transactions: [...waiting] } });
    }
    await wait(POLL_MS, undefined, { signal });
    const { ids: open } = await source.openTransactions();
    waiting = new Set(open.filter((id) => waiting.has(id)));
  }
}

/** The first cursor text of a query's one row; null without a row. */
export async function readText(source: SourcePort, query: ExtractionQuery, signal: AbortSignal): Promise<string | null> {
  let text: string | null = null;
  for await (const { batch } of source.read(query, { maxBatchRows: 1, maxBatchBytes: 1024 }, signal)) text = batch.lastCursor[0] ?? null;
  return text;
}
