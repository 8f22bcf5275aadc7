import { sql } from 'kysely';
import type { Bound, ExtractionQuery, SourceColumn, SourceTable } from '@tidemark/domain';
import { cursorCellOf, literalOf } from './cursor-cell.ts';
import { compileOnlyKysely } from './literal-compiler.ts';
import { SqlLiteral } from './sql-literal.ts';

/** Reads the newest value of a cursor column, below a bound where there is one, as the cursor of one row without staged columns; no row when there is none. */
export function compileNewest(table: SourceTable, column: SourceColumn, below: Bound | null): ExtractionQuery {
  const reference = sql.id(table.table, column.name);
  const { text, order } = cursorCellOf(column);
  let query = compileOnlyKysely<Record<string, Record<string, unknown>>>()
    .selectFrom(sql<Record<string, unknown>>`${sql.id(table.schema, table.table)}`.as(table.table))
    .select(sql.raw(text).as('k0'));
  if (column.isNullable) query = query.where(reference, 'is not', null);
  if (below !== null) query = query.where(reference, '<', sql`${literalOf(column, below.value)}`);
  query = query.orderBy(reference, 'desc').limit(sql<number>`${SqlLiteral.encode('integer', '1')}`);
  return { sql: query.compile().sql, columns: [], cursor: [{ name: column.name, index: 0, order }], after: null, below: below?.value ?? null, maxRows: 1 };
}
