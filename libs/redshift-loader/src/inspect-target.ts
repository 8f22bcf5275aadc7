import type { LedgerHead, TableTask } from '@tidemark/domain';
import { ledgerTable } from './ledger/ledger-table.ts';
import { checkOwner } from './ledger/ledger-guards.ts';
import { readHead } from './ledger/read-ledger.ts';
import type { TargetState, TargetTable } from './ports.ts';
import { runTransaction, type TransactionEnvironment } from './session/run-transaction.ts';
import { findRelation } from './table/find-relation.ts';

/**
 * Reads the ledger's head and the target table's oid. Creates and locks nothing: a load that commits meanwhile may be missing.
 * @throws LoaderError `LEDGER_OWNED` for another pipeline's table
 */
export async function inspectTarget(environment: TransactionEnvironment, task: TableTask, target: TargetTable): Promise<TargetState> {
  return runTransaction(environment, { purpose: 'inspect', target }, {
    work: async (session) => {
      const hasLedger = (await findRelation(session, ledgerTable(target))) !== null;
      const head = hasLedger ? await readHead(session, target) : null;
      if (head !== null) checkOwner(head, { task, target });
      const tableOid = await findRelation(session, target);
      let ledger: LedgerHead | null = null;
      if (head !== null) {
        const { fence: _fence, ...rest } = head;
        ledger = rest;
      }
      return { commit: false, value: () => ({ ledger, tableOid }) };
    },
  });
}
