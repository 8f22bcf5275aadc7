import { createHash } from 'node:crypto';
import { LoaderError } from '../errors.ts';
import { ledgerTable } from '../ledger/ledger-table.ts';
import type { FencedHead } from '../ledger/read-ledger.ts';
import type { RedshiftSession, TargetTable } from '../ports.ts';
import { judgeFailure } from '../session/failure.ts';
import { plainText } from '../session/plain-text.ts';
import { countedRangeSql, countRowsSql, createRebuiltSql, dropTableSql, fillRebuiltSql, lockTableSql, moveLedgerSql, ownTableSql, renameTableSql, type Counting } from '../sql/alter-table-sql.ts';
import { grantsOfAcl } from '../sql/grants-of-acl.ts';
import { columnLayoutSql, keysOfLayout, tableOwnerSql } from '../sql/table-layout-sql.ts';
import { identityOf } from './existing-column.ts';
import { findRelation } from './find-relation.ts';
import type { RebuiltColumn } from './plan-table-change.ts';

/** Kept short: the table's own name may have all the 127 bytes that there are. */
function workName(kind: 'rebuilt' | 'replaced', { schema, table }: TargetTable): string {
  return `tidemark_${kind}__${createHash('sha256').update(JSON.stringify([schema, table])).digest('hex').slice(0, 16)}`;
}

/** Where columns go on to count: past every value that is there. */
async function nextValues(session: RedshiftSession, target: TargetTable, columns: readonly RebuiltColumn[]): Promise<ReadonlyMap<string, Counting>> {
  const counting = new Map<string, Counting>();
  for (const { name, from } of columns) {
    const identity = from === null ? null : identityOf(from);
    if (identity === null || identity === 'unread') continue;
    const { seed, step } = identity;
    const [row] = (await session.query(countedRangeSql(target, from!.name))).rows;
    const last = step > 0n ? row?.greatest : row?.least;
    const next = last === null || last === undefined ? seed : BigInt(String(last)) + step;
    counting.set(name, { seed: (step > 0n ? next < seed : next > seed) ? seed : next, step });
  }
  return counting;
}

/**
 * Builds a table anew with other types and puts it in the old one's place: every row, its keys, defaults, owner and rights are kept.
 * All of it is one transaction under the ledger's lock and the table's, which also sets the ledger to the new table.
 *
 * If the process dies here, after
 * - any statement before COMMIT: nothing happened, the new table goes with the transaction;
 * - COMMIT: the new table is the target, and the ledger says so; the next run finds nothing to change.
 *
 * @returns the oid of the table that is the target now
 * @throws LoaderError `TARGET_REBUILD_BLOCKED` when a view is bound to the table, or a value does not fit its new type
 */
export async function rebuildTable(session: RedshiftSession, target: TargetTable, oid: string, columns: readonly RebuiltColumn[], head: FencedHead): Promise<string> {
  const [fresh, old] = [{ schema: target.schema, table: workName('rebuilt', target) }, workName('replaced', target)];
  const nameNow = (name: string): string => columns.find(({ from }) => from?.name === name)?.name ?? name;
  const owner = tableOwnerSql(oid);
  const [facts] = (await session.query(owner.text, owner.values)).rows;
  const layout = columnLayoutSql(target);
  const keys = keysOfLayout(facts?.dist_style, (await session.query(layout.text, layout.values)).rows, nameNow);

  await session.query(lockTableSql(target));
  await session.query(createRebuiltSql(fresh, columns, keys, await nextValues(session, target, columns)));
  const blocked = (text: string): LoaderError => new LoaderError('TARGET_REBUILD_BLOCKED', { message: `${target.schema}.${target.table} cannot be built anew: ${plainText(text)}`, details: { schema: target.schema, table: target.table, redshift: plainText(text) } });
  const trying = async (sql: string): Promise<number | null> => {
    try {
      return (await session.query(sql)).rowCount;
    } catch (error) {
      const failure = judgeFailure(error);
      if (failure.kind !== 'other') throw error;
      throw blocked(`${failure.message} ${failure.detail}`);
    }
  };
  const [count] = (await session.query(countRowsSql(target))).rows;
  const copied = await trying(fillRebuiltSql(target, fresh, columns));
  if (copied !== Number(count?.row_count)) throw blocked(`${String(copied)} of ${String(count?.row_count)} rows were copied`);
  await session.query(renameTableSql(target, old));
  await session.query(renameTableSql(fresh, target.table));
  const rightsOwner = String(facts?.owner);
  for (const grant of grantsOfAcl(facts?.rights === null || facts?.rights === undefined ? null : String(facts.rights), rightsOwner, target)) await session.query(grant);
  if (rightsOwner !== String(facts?.name)) await session.query(ownTableSql(target, rightsOwner));
  await trying(dropTableSql({ schema: target.schema, table: old }));
  const created = await findRelation(session, target);
  if (created === null) throw blocked('the new table is not found');
  const moved = moveLedgerSql(ledgerTable(target), head.epoch, oid, created);
  await session.query(moved.text, moved.values);
  return created;
}
