import { quoteIdentifier, redshiftTypeSql } from '@tidemark/ddl-optimizer';
import type { StagedColumn } from '@tidemark/domain';

/**
 * The expression that gives a staged value as the target's type.
 * https://docs.aws.amazon.com/redshift/latest/dg/JSON_PARSE.html
 *
 * @param relation the quoted relation that has the column, where it must be named
 */
export function targetValueSql({ name, target }: StagedColumn, relation?: string): string {
  const value = relation === undefined ? quoteIdentifier(name) : `${relation}.${quoteIdentifier(name)}`;
  if (target === undefined) return value;
  switch (target.by) {
    case 'json_parse': return `JSON_PARSE(${value})`;
    case 'cast': return `CAST(${value} AS ${redshiftTypeSql(target.redshift)})`;
  }
}
