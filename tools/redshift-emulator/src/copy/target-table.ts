import { SqlError } from '../wire/sql-error.ts';
import type { CopyStatement } from '../sql/copy-statement.ts';
import { fullName, quoteLiteral, quoteTable } from '../sql/identifiers.ts';
import type { TypeFamily } from '../sql/types.ts';
import type { BackendConnection } from '../wire/backend-connection.ts';

/** A column that a COPY fills. */
export interface TargetColumn {
  readonly name: string;
  readonly family: TypeFamily;
  /** VARCHAR, CHAR, VARBYTE: bytes. DECIMAL: precision. */
  readonly length: number | undefined;
  readonly scale: number | undefined;
  readonly notNull: boolean;
  /** What a NOT NULL column takes for NULL: the text of its default; null without one. */
  readonly defaultText: string | null;
  readonly identity: 'always' | 'default' | undefined;
}

export interface TargetTable {
  readonly oid: number;
  readonly columns: readonly TargetColumn[];
}

const FAMILIES: Readonly<Record<string, TypeFamily>> = {
  int2: 'smallint', int4: 'integer', int8: 'bigint', numeric: 'decimal', float4: 'real', float8: 'double', bool: 'boolean', bpchar: 'char', rs_varchar: 'varchar',
  date: 'date', time: 'time', timetz: 'timetz', timestamp: 'timestamp', timestamptz: 'timestamptz', rs_super: 'super', rs_varbyte: 'varbyte', bytea: 'geometry', interval: 'interval',
};

function lengthOf(family: TypeFamily, typmod: number): { length: number | undefined; scale: number | undefined } {
  if (family === 'decimal') return { length: ((typmod - 4) >> 16) & 0xffff, scale: (typmod - 4) & 0xffff };
  if (family === 'varbyte') return { length: typmod > 0 ? typmod : undefined, scale: undefined };
  if (family === 'varchar' || family === 'char') return { length: typmod > 4 ? typmod - 4 : undefined, scale: undefined };
  return { length: undefined, scale: undefined };
}

/** Reads the table a COPY loads, after checking that it is one and that the user may insert into it. */
export async function readTargetTable(backend: BackendConnection, copy: CopyStatement): Promise<TargetTable> {
  const name = quoteLiteral(quoteTable(copy.table));
  const [table] = await backend.rows(`SELECT c.oid::text, c.relkind::text, has_table_privilege(c.oid, 'INSERT')::text, pg_has_role(c.relowner, 'USAGE')::text
    FROM pg_class c WHERE c.oid = to_regclass(${name})`);
  const shown = copy.table.schema === undefined ? copy.table.name : `${copy.table.schema}.${copy.table.name}`;
  if (table === undefined) throw new SqlError('42P01', `Cannot COPY into nonexistent table ${shown}`);
  const [oid, kind, mayInsert, owns] = table as [string, string, string, string];
  if (kind !== 'r') throw new SqlError('0A000', `cannot copy to non-table relation "${copy.table.name}"`);
  if (mayInsert !== 'true') throw new SqlError('42501', `permission denied for relation ${copy.table.name}`);
  if (copy.statUpdate && owns !== 'true') throw new SqlError('42501', `must be owner of relation ${copy.table.name}`);
  const rows = await backend.rows(`SELECT a.attname, t.typname, a.atttypmod::text, a.attnotnull::text, a.attidentity::text, CASE WHEN a.attnotnull THEN pg_get_expr(d.adbin, d.adrelid) END
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = ${oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`);
  const defaults = await textsOf(backend, rows.map((row) => row[5] ?? null));
  const columns = rows.map(([column, type, typmod, notNull, identity], index): TargetColumn => {
    const family = FAMILIES[type!] ?? 'geometry';
    return { name: fullName(column!), family, ...lengthOf(family, Number(typmod)), notNull: notNull === 'true', defaultText: defaults[index]!, identity: identity === 'a' ? 'always' : identity === 'd' ? 'default' : undefined };
  });
  return { oid: Number(oid), columns };
}

/** The values of default expressions, which name no column: now, as text. */
async function textsOf(backend: BackendConnection, expressions: readonly (string | null)[]): Promise<readonly (string | null)[]> {
  if (expressions.every((expression) => expression === null)) return expressions;
  const [values] = await backend.rows(`SELECT ${expressions.map((expression) => (expression === null ? 'NULL' : `(${expression})::text`)).join(', ')}`);
  return values!;
}

/** The columns that the file's columns go to, in order. https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-column-mapping.html */
export function loadedColumns(table: TargetTable, copy: CopyStatement): TargetColumn[] {
  const chosen =
    copy.columns === undefined ? table.columns.filter((column) => column.identity !== 'always' || copy.explicitIds) : copy.columns.map((name) => {
      const column = table.columns.find((candidate) => candidate.name === name);
      if (column === undefined) throw new SqlError('42703', `column "${name}" of relation "${copy.table.name}" does not exist`);
      return column;
    });
  const hasIdentity = chosen.some((column) => column.identity === 'always');
  if (hasIdentity && !copy.explicitIds) throw new SqlError('42601', 'COPY with an IDENTITY column in the column list requires EXPLICIT_IDS');
  if (copy.explicitIds && !hasIdentity) throw new SqlError('42601', 'EXPLICIT_IDS cannot be used when the IDENTITY column is not in the column list');
  return chosen;
}
