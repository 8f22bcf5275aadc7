import type { TargetTable } from './ports.ts';
import { runTransaction, type TransactionEnvironment } from './session/run-transaction.ts';
import { countRowsSql } from './sql/count-sql.ts';
import { findRelation } from './table/find-relation.ts';

/** The rows of a target table, or those where a BOOLEAN column is true; null when there is no such table. Changes and locks nothing. */
export async function countRows(environment: TransactionEnvironment, target: TargetTable, where: string | null): Promise<number | null> {
  return runTransaction(environment, { purpose: 'count', target }, {
    work: async (session) => {
      if ((await findRelation(session, target)) === null) return { commit: false, value: () => null };
      const [row] = (await session.query(countRowsSql(target, where))).rows;
      return { commit: false, value: () => Number(row!.row_count) };
    },
  });
}
