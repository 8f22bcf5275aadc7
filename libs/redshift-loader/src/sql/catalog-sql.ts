import type { Statement } from './statement.ts';

/** Oid and kind (`r` for a table) of what has a name; no row when nothing has. */
export function findRelationSql(relation: { readonly schema: string; readonly table: string }): Statement {
  return {
    text: 'SELECT c.oid AS "oid", c.relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2',
    values: [relation.schema, relation.table],
  };
}

/**
 * The target table with the number of its columns, and the tables beside it whose name has the prefix. Columns that were dropped
 * stay in pg_attribute. https://docs.aws.amazon.com/redshift/latest/dg/c_intro_catalog_views.html
 */
export function findTargetSql(target: { readonly schema: string; readonly table: string; readonly workSchema: string }, prefix: string): Statement {
  return {
    text: [
      'SELECT c.oid AS "oid", c.relkind AS kind, n.nspname AS schema_name, c.relname AS table_name, COUNT(a.attnum) AS column_count',
      'FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped',
      `WHERE (n.nspname = $1 AND c.relname = $2) OR (n.nspname IN ($1, $3) AND LEFT(c.relname::VARCHAR(128), ${[...prefix].length}) = $4) GROUP BY c.oid, c.relkind, n.nspname, c.relname`,
    ].join(' '),
    values: [target.schema, target.table, target.workSchema, prefix],
  };
}

/** The tables of a ledger's name, in whatever schema. */
export function findLedgersSql(name: string): Statement {
  return { text: `SELECT c.oid AS "oid", n.nspname AS ledger_schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = $1 AND c.relkind = 'r'`, values: [name] };
}

/** Who owns a table, who asks, and the rights that others were given. */
export function ownerSql(oid: string): Statement {
  return { text: 'SELECT pg_get_userbyid(c.relowner) AS owner, CURRENT_USER AS name, c.relacl AS rights FROM pg_class c WHERE c.oid = $1', values: [oid] };
}

/**
 * How many views are bound to a table: they hold its oid, and would go on reading the table that was renamed away.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
 */
export function boundViewsSql(oid: string): Statement {
  return { text: 'SELECT COUNT(DISTINCT r.ev_class) AS bound_views FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid WHERE d.refobjid = $1 AND r.ev_class <> $1', values: [oid] };
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
