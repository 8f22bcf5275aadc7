import { LoaderError } from '../errors.ts';
import type { LoadRequest, RedshiftSession } from '../ports.ts';
import type { FencedHead } from '../ledger/read-ledger.ts';
import { shadowPrefix } from '../snapshot/shadow-table.ts';
import { findTargetSql } from '../sql/catalog-sql.ts';

type Table = { readonly schema: string; readonly table: string };

/** What the catalog says about a load's tables. */
export interface FoundTarget {
  readonly oid: string;
  readonly columnCount: number;
  /** Shadow tables of this target, dead or alive. */
  readonly shadows: readonly Table[];
}

/**
 * The table that earlier batches of the epoch went into, and the shadow tables beside it, in one question.
 * @throws LoaderError `TARGET_MISSING`, `TARGET_REPLACED`, `TARGET_NOT_A_TABLE`
 */
export async function findTarget(session: RedshiftSession, { target }: LoadRequest, head: FencedHead): Promise<FoundTarget> {
  const { text, values } = findTargetSql(target, shadowPrefix(target));
  const { rows } = await session.query(text, values);
  const isTarget = (row: Readonly<Record<string, unknown>>): boolean => row.schema_name === target.schema && row.table_name === target.table;
  const found = rows.find(isTarget);
  const oid = found === undefined ? null : String(found.oid);
  const details = { schema: target.schema, table: target.table, oid, ledgerOid: head.targetOid };
  if (found === undefined || oid === null) throw new LoaderError('TARGET_MISSING', { message: `The target table ${target.schema}.${target.table} is gone.`, details });
  if (found.kind !== 'r') throw new LoaderError('TARGET_NOT_A_TABLE', { message: `${target.schema}.${target.table} is not a table.`, details: { ...details, kind: found.kind } });
  if (head.targetOid !== null && head.targetOid !== oid) {
    throw new LoaderError('TARGET_REPLACED', { message: `${target.schema}.${target.table} has oid ${oid}; the batches of epoch ${head.epoch} went into the table with oid ${head.targetOid}.`, details });
  }
  const shadows = rows.filter((row) => !isTarget(row) && row.kind === 'r').map((row) => ({ schema: String(row.schema_name), table: String(row.table_name) }));
  return { oid, columnCount: Number(found.column_count), shadows };
}
