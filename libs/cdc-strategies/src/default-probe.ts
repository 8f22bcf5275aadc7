import { sql, type RawBuilder } from 'kysely';
import type { Position, SourceTable } from '@tidemark/domain';
import { cursorTypeOf } from './cursor-type.ts';
import { CdcError } from './errors.ts';
import { throughKeyset } from './keyset-predicate.ts';
import { compileOnlyKysely } from './literal-compiler.ts';
import { SqlLiteral } from './sql-literal.ts';

/**
 * A query that gives a row when some row that was read already has another value in a column than the column's default:
 * the column was added with another one, or was filled without the cursor noticing.
 * https://dev.mysql.com/doc/refman/8.4/en/miscellaneous-functions.html#function_default
 *
 * @param position how far the table was read; null when the query cannot tell rows that were read from others
 */
export function defaultProbe(table: SourceTable, column: string, position: Position): string | null {
  const read = throughPosition(table, position);
  if (read === null) return null;
  const ref = sql.id(table.table, column);
  return compileOnlyKysely<Record<string, Record<string, unknown>>>()
    .selectFrom(sql<Record<string, unknown>>`${sql.id(table.schema, table.table)}`.as(table.table))
    .select(sql`1`.as('differs'))
    .where(read)
    .where(sql<boolean>`not (${ref} <=> default(${ref}))`)
    .limit(sql<number>`1`)
    .compile().sql;
}

function throughPosition(table: SourceTable, position: Position): RawBuilder<boolean> | null {
  switch (position.kind) {
    case 'keyset': case 'pk':
      return throughKeyset(position.columns.map((name, index) => part(table, name, position.values[index]!)));
    case 'tick':
      return throughKeyset([part(table, position.column, position.value)]);
    default:
      return null;
  }
}

function part(table: SourceTable, name: string, text: string): { column: RawBuilder<unknown>; value: SqlLiteral } {
  const column = table.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  const type = column === undefined ? undefined : cursorTypeOf(column);
  if (type === undefined) throw new CdcError('CDC_POSITION', { message: `The position of ${table.schema}.${table.table} names ${name}, by which it cannot be read in order.` });
  return { column: sql.id(table.table, name), value: SqlLiteral.encode(type.literal, text) };
}
