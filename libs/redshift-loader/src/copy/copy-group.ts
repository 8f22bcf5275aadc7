import { quoteIdentifier, stagingTableSql } from '@tidemark/ddl-optimizer';
import type { StagedColumn } from '@tidemark/domain';
import { LoaderError } from '../errors.ts';
import type { RedshiftSession, TargetTable } from '../ports.ts';
import { judgeFailure, mayRetry } from '../session/failure.ts';
import { copySql } from '../sql/copy-sql.ts';
import { secretsOf, type CopyAuthorizationSource } from './copy-authorization.ts';
import { explainCopyFailure } from './explain-copy-failure.ts';

/** The files of a load group. */
export interface CopyRequest {
  readonly target: TargetTable;
  readonly columns: readonly StagedColumn[];
  /** Further columns of the staging table, which no file has. */
  readonly nulls?: readonly StagedColumn[];
  readonly manifestUrl: string;
  /** Sum over the manifests. */
  readonly expectedRows: number;
}

/** Makes the session's staging table and copies the group into it. @throws see `copyInto` */
export async function copyGroup(session: RedshiftSession, stage: string, request: CopyRequest, authorizationSource: CopyAuthorizationSource): Promise<void> {
  await session.query(stagingTableSql(stage, [...request.columns, ...(request.nulls ?? [])]));
  await copyInto(session, quoteIdentifier(stage), request, authorizationSource);
}

/**
 * Copies the group into a relation, as it stands in SQL. Returns only when exactly the expected rows arrived.
 * @throws LoaderError `LOADER_COPY_FAILED`, `LOADER_ROW_COUNT_MISMATCH`; the session's own rejection for what may be repeated
 */
export async function copyInto(session: RedshiftSession, relation: string, request: CopyRequest, authorizationSource: CopyAuthorizationSource): Promise<void> {
  const { target, columns, manifestUrl, expectedRows } = request;
  const authorization = typeof authorizationSource === 'function' ? await authorizationSource() : authorizationSource;
  const startedAt = new Date();
  try {
    await session.query(copySql(relation, columns, manifestUrl, authorization));
  } catch (error) {
    const failure = judgeFailure(error);
    if (mayRetry(failure.kind)) throw error;
    throw await explainCopyFailure(session, { target, manifestUrl, failure, secrets: secretsOf(authorization), startedAt });
  }
  // COPY's command tag carries no count; the count is state of the session.
  // https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_COUNT.html
  const [row] = (await session.query('SELECT pg_last_copy_count() AS row_count')).rows;
  const copied = Number(row?.row_count);
  if (copied === expectedRows) return;
  throw new LoaderError('LOADER_ROW_COUNT_MISMATCH', {
    message: `COPY for ${target.schema}.${target.table} took ${copied} rows; the manifests name ${expectedRows}.`,
    details: { schema: target.schema, table: target.table, manifestUrl, copied, expected: expectedRows },
  });
}
