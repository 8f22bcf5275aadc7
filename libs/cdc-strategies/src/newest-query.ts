import { sql } from 'kysely';
import type { Bound, ExtractionQuery, SourceColumn } from '@tidemark/domain';
import { cursorCellOf, literalOf, quoteName } from './cursor-cell.ts';
import { compileOnlyKysely } from './literal-compiler.ts';
import { wholeRange } from './range-query.ts';
import type { RowOrigin } from './row-origin.ts';
import { SqlLiteral } from './sql-literal.ts';

/** Reads the newest value of a cursor column, below a bound where there is one, as the cursor of one row without staged columns; no row when there is none. */
export function compileNewest(origin: RowOrigin, column: SourceColumn, below: Bound | null): ExtractionQuery {
  const reference = sql.id(origin.alias, column.name);
  const { text, order } = cursorCellOf(column);
  const ends = { ...wholeRange(origin, []), order: [column], below: below === null ? null : { column, value: below.value } };
  let query = compileOnlyKysely<Record<string, Record<string, unknown>>>()
    .selectFrom(sql.raw<Record<string, unknown>>(origin.from(ends)).as(origin.alias))
    .select(sql.raw(text).as('k0'));
  if (below !== null) query = query.where(reference, '<', sql`${literalOf(column, below.value)}`);
  else if (column.isNullable) query = query.where(reference, 'is not', null);
  query = query.orderBy(reference, 'desc').limit(sql<number>`${SqlLiteral.encode('integer', '1')}`);
  return { sql: query.compile().sql, columns: [], cursor: [{ name: column.name, index: 0, order }], after: null, below: below?.value ?? null, maxRows: 1 };
}

/** A query that gives a row when a cursor is NULL. */
export function compileNullProbe(origin: RowOrigin, column: SourceColumn): string {
  const condition = origin.condition === null ? '' : ` and (${origin.condition})`;
  return `select 1 from ${origin.from(wholeRange(origin, []))} as ${quoteName(origin.alias)} where ${quoteName(column.name)} is null${condition} limit 1`;
}

/** A query that gives a row when one stands at a value of a cursor column or beyond it, whatever the condition admits. */
export function compileReachProbe(origin: RowOrigin, column: SourceColumn, value: string): string {
  const ends = { ...wholeRange(origin, []), order: [column], from: { column, value } };
  return `select 1 from ${origin.from(ends)} as ${quoteName(origin.alias)} where ${quoteName(column.name)} >= ${literalOf(column, value).sql} limit 1`;
}

/** Counts the rows above a value of a cursor column, as the cursor of one row without staged columns. */
export function compileCountAbove(origin: RowOrigin, column: SourceColumn, value: string): ExtractionQuery {
  const ends = { ...wholeRange(origin, []), order: [column], from: { column, value } };
  const condition = origin.condition === null ? '' : ` and (${origin.condition})`;
  return {
    sql: `select count(*) as \`k0\` from ${origin.from(ends)} as ${quoteName(origin.alias)} where ${quoteName(column.name)} > ${literalOf(column, value).sql}${condition}`,
    columns: [], cursor: [{ name: 'rows', index: 0, order: 'number' }], after: null, below: null, maxRows: 1,
  };
}
