import { sql, type RawBuilder } from 'kysely';
import type { ExtractionQuery, Position, SourceColumn, SourceTable } from '@tidemark/domain';
import { literalOf } from './cursor-cell.ts';
import { CdcError } from './errors.ts';
import { throughKeyset } from './keyset-predicate.ts';
import { compileOnlyKysely } from './literal-compiler.ts';
import { checkPredicate } from './predicate.ts';

/**
 * Counts the rows of a table at or before a position, or all of them: one row whose cursor is the count.
 * @param through of a tick the rows before it; null counts every row
 * @throws CdcError `CDC_POSITION` for a position of columns that the table does not have, `CDC_PREDICATE`
 */
export function countThrough(table: SourceTable, condition: string | null, through: Position | null): ExtractionQuery {
  if (condition !== null) checkPredicate(condition, `${table.schema}.${table.table}`);
  const ref = (column: SourceColumn): RawBuilder<unknown> => sql.id(table.table, column.name);
  const literal = (column: SourceColumn, text: string): RawBuilder<unknown> => sql`${literalOf(column, text)}`;
  let query = compileOnlyKysely<Record<string, Record<string, unknown>>>()
    .selectFrom(sql<Record<string, unknown>>`${sql.id(table.schema, table.table)}`.as(table.table))
    .select(sql`count(*)`.as('k0'));
  if (through?.kind === 'tick') {
    const column = columnOf(table, through.column);
    query = query.where(ref(column), '<', literal(column, through.value));
  }
  if (through?.kind === 'keyset' || through?.kind === 'pk') {
    query = query.where(throughKeyset(through.columns.map((name, index) => ({ column: ref(columnOf(table, name)), value: literalOf(columnOf(table, name), through.values[index]!) }))));
  }
  if (condition !== null) query = query.where(sql.raw<boolean>(`(${condition})`));
  return { sql: query.compile().sql, columns: [], cursor: [{ name: 'count', index: 0, order: 'number' }], after: null, below: null, maxRows: 1 };
}

function columnOf(table: SourceTable, name: string): SourceColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  throw new CdcError('CDC_POSITION', { message: `The position has the column ${name}, which ${table.schema}.${table.table} does not have.`, details: { column: name } });
}
