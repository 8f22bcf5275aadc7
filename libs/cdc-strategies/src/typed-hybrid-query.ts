import { sql, type CompiledQuery } from 'kysely';
import { afterKeyset } from './keyset-predicate.ts';
import { compileOnlyKysely } from './literal-compiler.ts';
import { SqlLiteral, type LiteralKind } from './sql-literal.ts';

/** A cursor column of a typed table with the literal kind of its values. */
export interface TypedCursorColumn<Row> {
  readonly column: keyof Row & string;
  readonly kind: LiteralKind;
}

export interface TypedHybridReading<Row> {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly (keyof Row & string)[];
  /** Timestamp first, then what makes it unique. */
  readonly cursor: readonly [TypedCursorColumn<Row>, ...TypedCursorColumn<Row>[]];
  /** Server texts of the cursor columns after which rows are read; null from the beginning. */
  readonly after: readonly string[] | null;
  /** Exclusive upper text of the first cursor column. */
  readonly below: string;
  readonly limit: number;
}

/**
 * A hybrid increment over a table whose row type is known: a column that the row does not have is a compile error.
 * The result has no parameters: every value is an encoded literal.
 *
 * @throws CdcError `CDC_LITERAL` when a text does not fit its column's kind
 */
export function typedHybridQuery<Row>(reading: TypedHybridReading<Row>): CompiledQuery {
  const { schema, table, cursor, after } = reading;
  const [first] = cursor;
  const literal = (kind: LiteralKind, text: string): SqlLiteral => SqlLiteral.encode(kind, text);
  let query = compileOnlyKysely<Record<string, Record<string, unknown>>>()
    .selectFrom(sql<Record<string, unknown>>`${sql.id(schema, table)}`.as(table))
    .select(reading.columns.map((column) => sql.id(table, column).as(column)));
  if (after !== null) {
    if (after.length !== cursor.length) throw new RangeError(`after has ${after.length} values for ${cursor.length} cursor columns`);
    query = query.where(afterKeyset(cursor.map((part, index) => ({ column: sql.id(table, part.column), value: literal(part.kind, after[index]!) }))));
  }
  query = query.where(sql.id(table, first.column), '<', sql`${literal(first.kind, reading.below)}`);
  for (const part of cursor) query = query.orderBy(sql.id(table, part.column));
  return query.limit(sql<number>`${literal('integer', String(reading.limit))}`).compile();
}
