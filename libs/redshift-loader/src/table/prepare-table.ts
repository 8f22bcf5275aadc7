import { createTableSql } from '@tidemark/ddl-optimizer';
import { LoaderError } from '../errors.ts';
import type { PrepareRequest, RedshiftSession } from '../ports.ts';
import { runTransaction, type TransactionEnvironment } from '../session/run-transaction.ts';
import { listColumnsSql } from '../sql/catalog-sql.ts';
import { historyColumns } from '../sql/scd2-sql.ts';
import { compareColumns, differenceText } from './compare-columns.ts';
import { existingColumn } from './existing-column.ts';
import { findRelation } from './find-relation.ts';

async function checkColumns(session: RedshiftSession, { target, columns, scd2 }: PrepareRequest): Promise<void> {
  const { text, values } = listColumnsSql(target);
  const existing = (await session.query(text, values)).rows.map(existingColumn);
  const name = `${target.schema}.${target.table}`;
  if (existing.length === 0) {
    throw new LoaderError('TARGET_GRANTS', { message: `The table ${name} exists, but none of its columns can be seen.`, remedy: [`Have USAGE on schema ${target.schema} and SELECT, INSERT, UPDATE, DELETE on ${name} granted.`], details: { schema: target.schema, table: target.table } });
  }
  const differences = compareColumns(scd2 === undefined ? columns : [...columns, ...historyColumns(scd2.columns)], existing);
  if (differences.length === 0) return;
  throw new LoaderError('TARGET_COLUMNS_DIFFER', {
    message: `${name} cannot take the columns of the source: ${differences.map(differenceText).join('; ')}.`,
    details: { schema: target.schema, table: target.table, differences },
  });
}

/**
 * Creates the target table, or checks the one that is there.
 *
 * If the process dies here: before COMMIT nothing is there; after it an empty table, which the next run finds and checks.
 *
 * @throws LoaderError `TARGET_COLUMNS_DIFFER`, `TARGET_NOT_A_TABLE`, `TARGET_*`
 */
export async function prepareTable(environment: TransactionEnvironment, request: PrepareRequest): Promise<string> {
  return runTransaction(environment, { purpose: 'prepare', target: request.target }, {
    work: async (session) => {
      const existing = await findRelation(session, request.target);
      if (existing !== null) {
        await checkColumns(session, request);
        return { commit: false, value: () => existing };
      }
      await session.query(createTableSql(request.target, request.columns, { keys: request.keys, ...(request.scd2 === undefined ? {} : { history: { key: request.scd2.columns.key, columns: historyColumns(request.scd2.columns), required: [request.scd2.columns.hash, request.scd2.columns.from, request.scd2.columns.current] } }) }));
      const created = await findRelation(session, request.target);
      if (created === null) throw new LoaderError('TARGET_MISSING', { message: `${request.target.schema}.${request.target.table} was created and is not found.` });
      return { commit: true, value: () => created };
    },
  });
}
