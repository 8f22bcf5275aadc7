import type { IncrementalStrategy } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import { isTidemarkError, type Bound } from '@tidemark/domain';
import { fixBound } from '../fix-bound.ts';
import type { SourcePort } from '../ports.ts';
import { lateCommitsOf } from '../reading-rule.ts';
import type { Remarks } from './remarks.ts';

/**
 * The end of a run that would begin now. Waits for no transaction: what a run would wait for, and what would stop it, is remarked, and the end
 * is then the one without guard.
 */
export async function previewBound(source: SourcePort, strategy: IncrementalStrategy, table: ResolvedTable, remarks: Remarks): Promise<Bound | null> {
  const request = { source, strategy, guardTimeoutMs: 0, signal: new AbortController().signal };
  const lateCommits = lateCommitsOf(table.reading);
  const bound = await fixBound({ ...request, lateCommits }).catch((error: unknown) => {
    if (isTidemarkError(error) && error.code === 'SYNC_GUARD_TIMEOUT') {
      remarks.add({ code: 'GUARD_WAITS', severity: 'info', table: table.name, message: `Transactions are open that a run would wait for, ${table.processing.queryTimeoutMs} ms at most: late_commits is guard.`, remedy: ['End transactions that stay open.'] });
    } else remarks.stop(error);
    return fixBound({ ...request, lateCommits: 'accept' });
  });
  const { isReplica, nowUtc } = await source.clock();
  if (isReplica) {
    const end = bound === null ? 'there is no row yet' : `a run that begins now ends below ${bound.value}`;
    remarks.add({ code: 'SOURCE_IS_REPLICA', severity: 'info', table: table.name, message: `The source is a replica, or read-only: a run ends at the newest row that has arrived, however far the replica lags; ${end}, and the server's clock says ${nowUtc} UTC.`, remedy: ['Compare the two times where rows are missed: what has not arrived is read by a later run.'] });
  }
  return bound;
}
