import type { Statement } from './statement.ts';

/** Oid and kind (`r` for a table) of what has a name; no row when nothing has. */
export function findRelationSql(relation: { readonly schema: string; readonly table: string }): Statement {
  return {
    text: 'SELECT c.oid AS oid, c.relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2',
    values: [relation.schema, relation.table],
  };
}

/**
 * The columns of a table, with lengths apart from the type's name.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_COLUMNS.html
 */
export function listColumnsSql(relation: { readonly schema: string; readonly table: string }): Statement {
  return {
    text: 'SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable, column_default FROM svv_columns WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position',
    values: [relation.schema, relation.table],
  };
}

/**
 * The sessions that hold a table's exclusive lock.
 * https://repost.aws/knowledge-center/prevent-locks-blocking-queries-redshift
 */
export function lockHoldersSql(oid: string): string {
  return `SELECT DISTINCT pid FROM pg_locks WHERE relation = ${BigInt(oid)} AND granted AND mode = 'AccessExclusiveLock' AND pid <> pg_backend_pid()`;
}
