import { sql } from 'kysely';
import type { Bound, ExtractionQuery, SourceColumn, SourceTable } from '@tidemark/domain';
import { compileOnlyKysely } from './literal-compiler.ts';
import { SqlLiteral } from './sql-literal.ts';

/** Reads the newest value of a time column below a bound as the cursor of one row without staged columns; no row when there is none. */
export function compileNewest(table: SourceTable, column: SourceColumn, below: Bound): ExtractionQuery {
  const reference = sql.id(table.table, column.name);
  const query = compileOnlyKysely<Record<string, Record<string, unknown>>>()
    .selectFrom(sql<Record<string, unknown>>`${sql.id(table.schema, table.table)}`.as(table.table))
    .select(reference.as('k0'))
    .where(reference, '<', sql`${SqlLiteral.encode('datetime', below.value)}`)
    .orderBy(reference, 'desc')
    .limit(sql<number>`${SqlLiteral.encode('integer', '1')}`);
  return { sql: query.compile().sql, columns: [], cursor: [{ name: column.name, index: 0, order: 'time' }], after: null, below: below.value, maxRows: 1 };
}
