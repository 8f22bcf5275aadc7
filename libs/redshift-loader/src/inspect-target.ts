import type { LedgerHead, TableTask } from '@tidemark/domain';
import { LoaderError } from './errors.ts';
import { ledgerTable } from './ledger/ledger-table.ts';
import { checkOwner } from './ledger/ledger-guards.ts';
import { readHead, type FencedHead } from './ledger/read-ledger.ts';
import type { RedshiftSession, TargetState, TargetTable } from './ports.ts';
import { judgeFailure } from './session/failure.ts';
import { runTransaction, type TransactionEnvironment } from './session/run-transaction.ts';
import { findRelation } from './table/find-relation.ts';

/**
 * Reads the ledger's head and the target table's oid. Creates and locks nothing: a load that commits meanwhile may be missing.
 * @param waitMs how long at most to wait for a load that holds the ledger; without it to its end
 * @param adopt reads another pipeline's ledger too, for the one who takes it over
 * @throws LoaderError `LEDGER_OWNED` for another pipeline's table, `LEDGER_LOCKED` when the wait was too short
 */
export async function inspectTarget(environment: TransactionEnvironment, task: TableTask, target: TargetTable, waitMs?: number, adopt = false): Promise<TargetState> {
  return runTransaction(environment, { purpose: 'inspect', target }, {
    ...(waitMs === undefined ? {} : { before: async (session) => void (await session.query(`SET statement_timeout TO ${Math.trunc(waitMs)}`)) }),
    work: async (session) => {
      const hasLedger = (await findRelation(session, ledgerTable(target))) !== null;
      const head = hasLedger ? await readHeadInTime(session, target, waitMs) : null;
      if (head !== null && !adopt) checkOwner(head, { task, target });
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

/** A reading that the timeout broke off waited for a lock: the head itself is two rows. */
async function readHeadInTime(session: RedshiftSession, target: TargetTable, waitMs: number | undefined): Promise<FencedHead | null> {
  try {
    return await readHead(session, target);
  } catch (error) {
    if (waitMs === undefined || judgeFailure(error).kind !== 'cancelled') throw error;
    throw new LoaderError('LEDGER_LOCKED', {
      message: `The load ledger of ${target.schema}.${target.table} is held by a load that is under way; it was not free within ${waitMs} ms.`,
      details: { schema: target.schema, table: target.table, waitMs },
      cause: error,
    });
  }
}
