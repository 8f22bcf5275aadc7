import type { IncrementalStrategy } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import { isTidemarkError, type Bound, type Finding, type ReplicaLag } from '@tidemark/domain';
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
  const { isReplica, nowUtc, replicaLag = { kind: 'untold' } } = await source.clock();
  if (isReplica) {
    const end = bound === null ? 'there is no row yet' : `a run that begins now ends below ${bound.value}`;
    const { severity, lag, remedy = 'Compare the two times where rows are missed: what has not arrived is read by a later run.' } = lagText(replicaLag);
    remarks.add({ code: 'SOURCE_IS_REPLICA', severity, table: table.name, message: `The source is a replica, or read-only: a run ends at the newest row that has arrived, however far the replica lags; ${end}, and the server's clock says ${nowUtc} UTC. ${lag}`, remedy: [remedy] });
  }
  return bound;
}

/** What a replica says of its lag. */
function lagText(lag: ReplicaLag): Pick<Finding, 'severity'> & { readonly lag: string; readonly remedy?: string } {
  switch (lag.kind) {
    case 'seconds':
      return { severity: 'info', lag: `It says that it is ${lag.seconds} ${lag.seconds === 1 ? 'second' : 'seconds'} behind its source.` };
    case 'stopped':
      return { severity: 'warning', lag: 'Its replication does not run: nothing new arrives.', remedy: 'Look at SHOW REPLICA STATUS there (MariaDB: SHOW ALL REPLICAS STATUS), and start its replication.' };
    case 'hidden':
      return { severity: 'info', lag: 'How far it lags is not known: the user may not see its replication.', remedy: 'GRANT REPLICATION CLIENT ON *.* (MariaDB: REPLICA MONITOR) to the user to see the lag in seconds.' };
    case 'untold':
      return { severity: 'info', lag: 'How far it lags is not known: it names no source that it replicates from.' };
  }
}
