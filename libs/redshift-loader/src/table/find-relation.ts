import { LoaderError } from '../errors.ts';
import type { RedshiftSession } from '../ports.ts';
import { findRelationSql } from '../sql/catalog-sql.ts';

/**
 * The oid of a table; null when nothing has the name.
 * @throws LoaderError `TARGET_NOT_A_TABLE`
 */
export async function findRelation(session: RedshiftSession, relation: { readonly schema: string; readonly table: string }): Promise<string | null> {
  const { text, values } = findRelationSql(relation);
  const [row] = (await session.query(text, values)).rows;
  if (row === undefined) return null;
  if (row.kind !== 'r') {
    throw new LoaderError('TARGET_NOT_A_TABLE', { message: `${relation.schema}.${relation.table} is not a table.`, details: { schema: relation.schema, table: relation.table, kind: row.kind } });
  }
  return String(row.oid);
}
