import { quoteLiteral, quoteTable } from '../sql/identifiers.ts';
import type { Statement } from '../sql/statement.ts';
import type { BackendConnection } from '../wire/backend-connection.ts';
import { SqlError } from '../wire/sql-error.ts';

/**
 * Looks whether the source of a MERGE is its target under another name, or a view that reads it.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
 *
 * @throws SqlError XX000 when it is
 */
export async function refuseMergeOfOwnTarget(backend: BackendConnection, statement: Statement): Promise<void> {
  if (statement.mergeSources === undefined || statement.mergeSources.length === 0) return;
  const sources = statement.mergeSources.map((source) => `(to_regclass(${quoteLiteral(quoteTable(source))})::oid)`).join(', ');
  const rows = await backend.rows(`WITH RECURSIVE reads (id) AS (
      SELECT s.id FROM (VALUES ${sources}) AS s (id)
      UNION SELECT d.refobjid FROM reads r JOIN pg_rewrite w ON w.ev_class = r.id
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.id)
    SELECT 1 FROM reads WHERE id = to_regclass(${quoteLiteral(quoteTable(statement.targets[0]!))})`);
  if (rows.length > 0) throw new SqlError('XX000', 'Source view/subquery in Merge statement cannot reference target table.');
}
