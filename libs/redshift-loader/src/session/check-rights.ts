import { LoaderError } from '../errors.ts';
import type { FenceRequest, RedshiftSession, TargetTable } from '../ports.ts';
import { listColumnsSql } from '../sql/catalog-sql.ts';
import { grantsFor } from '../sql/grant-sql.ts';
import { rightsSql } from '../sql/rights-sql.ts';
import { readIdentity } from './explain-failure.ts';

/** Names of what a right is on, as messages give it. */
const SUBJECTS: readonly (readonly [prefix: string, subject: (target: TargetTable) => string])[] = [
  ['database', () => 'the database'],
  ['schema', ({ schema }) => `schema ${schema}`],
  ['work_schema', ({ workSchema }) => `schema ${workSchema}`],
  ['table', ({ schema, table }) => `${schema}.${table}`],
  ['ledger', () => 'its load ledger'],
];

/** True when the table has columns that the batches will not have: a merge leaves them as they are in the rows that it replaces. */
async function hasMoreColumns(session: RedshiftSession, target: TargetTable, columns: readonly string[]): Promise<boolean> {
  const { text, values } = listColumnsSql(target);
  return (await session.query(text, values)).rows.some((row) => !columns.includes(String(row.column_name)));
}

/**
 * Refuses a target on which the user of a session lacks a right that a load will need, before anything is read or made.
 * @throws LoaderError `TARGET_GRANTS` with the rights that are missing, and the GRANT statements
 */
export async function checkRights(session: RedshiftSession, { target, mode = 'append', columns }: Pick<FenceRequest, 'target' | 'mode' | 'columns'>): Promise<void> {
  const identity = await readIdentity(session, target);
  const keepsColumns = mode === 'merge' && columns !== undefined && identity.existing.table && (await hasMoreColumns(session, target, columns));
  const { text, values } = rightsSql(target, mode, identity.existing, keepsColumns);
  const [row] = (await session.query(text, values)).rows;
  const missing = Object.entries(row ?? {}).filter(([, isThere]) => isThere === false).map(([right]) => rightText(right, target));
  if (missing.length === 0) return;
  const grants = grantsFor('load', target, identity.user, identity.database, identity.existing);
  throw new LoaderError('TARGET_GRANTS', {
    message: `User ${identity.user} lacks a right for ${target.schema}.${target.table}: permission denied for ${[...new Set(missing)].join(', ')}.`,
    remedy: ['Have an owner or superuser run those of these statements that are missing:', ...grants],
    details: { schema: target.schema, table: target.table, user: identity.user, missing, grants },
  });
}

function rightText(column: string, target: TargetTable): string {
  const cut = column.lastIndexOf('_');
  const [, subject] = SUBJECTS.find(([prefix]) => prefix === column.slice(0, cut))!;
  return `${column.slice(cut + 1).toUpperCase()} on ${subject(target)}`;
}
