import { quoteIdentifier } from '@tidemark/ddl-optimizer';
import type { StagedColumn } from '@tidemark/domain';
import type { CopyAuthorization } from '../copy/copy-authorization.ts';
import { quoteLiteral } from './quote-literal.ts';

function authorizationSql(authorization: CopyAuthorization): string {
  if ('iamRole' in authorization) return `IAM_ROLE ${authorization.iamRole === 'default' ? 'default' : quoteLiteral(authorization.iamRole)}`;
  const { accessKeyId, secretAccessKey, sessionToken } = authorization;
  const keys = `ACCESS_KEY_ID ${quoteLiteral(accessKeyId)} SECRET_ACCESS_KEY ${quoteLiteral(secretAccessKey.reveal())}`;
  return sessionToken === null ? keys : `${keys} SESSION_TOKEN ${quoteLiteral(sessionToken.reveal())}`;
}

/**
 * COPY of the files that a manifest names. The column list is in file order: files are read by position, and names in them are
 * ignored. REGION and the options of row formats are refused with Parquet, and STATUPDATE needs the owner, so none is sent.
 * https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
 *
 * @param table as it stands in SQL
 *
 * The text holds credentials: it goes to the session and nowhere else.
 */
export function copySql(table: string, columns: readonly StagedColumn[], manifestUrl: string, authorization: CopyAuthorization): string {
  const list = columns.map((column) => quoteIdentifier(column.name)).join(', ');
  const toJson = columns.some((column) => column.redshift.name === 'SUPER') ? ' SERIALIZETOJSON' : '';
  return `COPY ${table} (${list}) FROM ${quoteLiteral(manifestUrl)} ${authorizationSql(authorization)} FORMAT AS PARQUET MANIFEST${toJson}`;
}
