import { quoteTable } from '@tidemark/ddl-optimizer';
import type { TargetTable } from '../ports.ts';
import { runTransaction, type TransactionEnvironment } from '../session/run-transaction.ts';

/**
 * ANALYZE, in a transaction of its own: it reads a sample of the table, and a load need not wait for it.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_ANALYZE.html
 *
 * If the process dies here: statistics are as old as they were.
 *
 * @throws LoaderError `TARGET_*`
 */
export async function analyzeTable(environment: TransactionEnvironment, target: TargetTable): Promise<void> {
  await runTransaction(environment, { purpose: 'analyze', target }, {
    work: async (session) => {
      await session.query(`ANALYZE ${quoteTable(target)}`);
      return { commit: true, value: () => undefined };
    },
  });
}
