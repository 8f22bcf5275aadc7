import { checkGeneration, checkOwner } from '../ledger/ledger-guards.ts';
import { ledgerTable } from '../ledger/ledger-table.ts';
import { readHead, type FencedHead } from '../ledger/read-ledger.ts';
import { LoaderError } from '../errors.ts';
import type { RedshiftSession, TableChangeRights, TargetTable } from '../ports.ts';
import { lockLedgerSql } from '../sql/ledger-sql.ts';
import { findRelation } from './find-relation.ts';

/**
 * Takes the ledger's lock, so that no load runs while the table changes, and makes sure that the caller is still its holder.
 * @throws LoaderError `LEDGER_MISSING`, `LEDGER_OWNED`, `LEDGER_FENCED`
 */
export async function claimTable(session: RedshiftSession, target: TargetTable, { task, generation }: Pick<TableChangeRights, 'task' | 'generation'>): Promise<FencedHead> {
  const ledger = ledgerTable(target);
  const missing = (): LoaderError => new LoaderError('LEDGER_MISSING', { message: `There is no load ledger for ${target.schema}.${target.table} in ${target.workSchema}.`, details: { schema: target.schema, table: target.table, workSchema: target.workSchema } });
  if ((await findRelation(session, ledger)) === null) throw missing();
  await session.query(lockLedgerSql(ledger));
  const head = await readHead(session, target);
  if (head === null) throw missing();
  checkOwner(head, { task, target });
  checkGeneration(head, { task, target, generation, epoch: head.epoch });
  return head;
}
