import type { RedshiftSession } from '../ports.ts';
import { dropShadowSql } from '../sql/snapshot-sql.ts';

type Table = { readonly schema: string; readonly table: string };

export const isSameTable = (left: Table, right: Table): boolean => left.schema === right.schema && left.table === right.table;

/** Drops dead shadow tables: of sets that were given up, or that the table has not been loaded by since its mode is another one. */
export async function sweepShadows(session: RedshiftSession, shadows: readonly Table[], living: readonly Table[]): Promise<void> {
  for (const shadow of shadows) {
    if (!living.some((table) => isSameTable(table, shadow))) await session.query(dropShadowSql(shadow));
  }
}
