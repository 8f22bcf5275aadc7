import type { TableKeys } from '@tidemark/domain';
import type { Statement } from './statement.ts';

/**
 * Owner, rights and distribution style of a table, and who asks.
 * https://docs.aws.amazon.com/redshift/latest/dg/c_intro_catalog_views.html
 */
export function tableOwnerSql(oid: string): Statement {
  return { text: 'SELECT pg_get_userbyid(c.relowner) AS owner, CURRENT_USER AS name, c.relacl AS rights, c.reldiststyle AS dist_style FROM pg_class c WHERE c.oid = $1', values: [oid] };
}

/** Which columns distribute and order a table. https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_REDSHIFT_COLUMNS.html */
export function columnLayoutSql(table: { readonly schema: string; readonly table: string }): Statement {
  return { text: 'SELECT column_name, distkey, sortkey FROM svv_redshift_columns WHERE schema_name = $1 AND table_name = $2 ORDER BY ordinal_position', values: [table.schema, table.table] };
}

/** Values of `reldiststyle` that are not AUTO. https://docs.aws.amazon.com/redshift/latest/dg/viewing-distribution-styles.html */
const STYLES: Readonly<Record<string, 'EVEN' | 'ALL'>> = { '0': 'EVEN', '8': 'ALL' };
const KEY_STYLE = '1';

/** The keys that a table has; what Redshift chose by itself stays its choice. */
export function keysOfLayout(distStyle: unknown, rows: readonly Readonly<Record<string, unknown>>[], nameNow: (name: string) => string): TableKeys {
  const isTrue = (value: unknown): boolean => value === true || value === 't' || value === 'true';
  const distKey = rows.find((row) => isTrue(row.distkey));
  const sorted = rows.filter((row) => Number(row.sortkey) !== 0).toSorted((a, b) => Math.abs(Number(a.sortkey)) - Math.abs(Number(b.sortkey)));
  const columns = sorted.map((row) => nameNow(String(row.column_name)));
  return {
    dist: String(distStyle) === KEY_STYLE && distKey !== undefined ? { style: 'KEY', column: nameNow(String(distKey.column_name)) } : { style: STYLES[String(distStyle)] ?? 'AUTO' },
    // An interleaved key shows alternating signs.
    sort: columns.length === 0 ? { type: 'auto' } : { type: sorted.some((row) => Number(row.sortkey) < 0) ? 'interleaved' : 'compound', columns },
    encodings: {},
  };
}
