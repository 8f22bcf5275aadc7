import { sql, type CompiledQuery } from 'kysely';
import { afterKeyset } from './keyset-predicate.ts';
import { compileOnlyKysely } from './literal-compiler.ts';
import { checkPredicate } from './predicate.ts';
import { SqlLiteral, type LiteralKind } from './sql-literal.ts';

/** A cursor column of a typed table with the literal kind of its values. */
export interface TypedCursorColumn<Row> {
  readonly column: keyof Row & string;
  readonly kind: LiteralKind;
}

/** A table whose row type is known, and the columns that are read of it. */
export interface TypedTable<Row> {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly (keyof Row & string)[];
  /** One closed SQL condition that every row meets, beside the range; none without it. */
  readonly additionalWhere?: string | null;
}

/** Rows of a typed table in an order; null ends are open. */
export interface TypedRange<Row> extends TypedTable<Row> {
  readonly order: readonly TypedCursorColumn<Row>[];
  /** Texts of `order` after which rows are read. */
  readonly after: readonly string[] | null;
  /** Texts of the first column of `order`: at or above, at or below, below. */
  readonly from: string | null;
  readonly upTo: string | null;
  readonly below: string | null;
  readonly limit: number | null;
}

/**
 * Compiles a range over a table whose row type is known. The result has no parameters: every value is an encoded literal.
 *
 * @throws CdcError `CDC_LITERAL` when a text does not fit its column's kind; `CDC_PREDICATE` for a condition that is not closed
 */
export function compileTypedRange<Row>({ schema, table, columns, additionalWhere = null, order, after, limit, ...ends }: TypedRange<Row>): CompiledQuery {
  const literal = (kind: LiteralKind, text: string): SqlLiteral => SqlLiteral.encode(kind, text);
  const [first] = order;
  let query = compileOnlyKysely<Record<string, Record<string, unknown>>>()
    .selectFrom(sql<Record<string, unknown>>`${sql.id(schema, table)}`.as(table))
    .select(columns.map((column) => sql.id(table, column).as(column)));
  const ended = (operator: '>=' | '<=' | '<', text: string | null): void => {
    if (text !== null && first !== undefined) query = query.where(sql.id(table, first.column), operator, sql`${literal(first.kind, text)}`);
  };
  ended('>=', ends.from);
  if (after !== null) {
    if (after.length !== order.length) throw new RangeError(`after has ${after.length} values for ${order.length} cursor columns`);
    query = query.where(afterKeyset(order.map((part, index) => ({ column: sql.id(table, part.column), value: literal(part.kind, after[index]!) }))));
  }
  ended('<=', ends.upTo);
  ended('<', ends.below);
  if (additionalWhere !== null) {
    checkPredicate(additionalWhere, `${schema}.${table}`);
    query = query.where(sql.raw<boolean>(`(${additionalWhere})`));
  }
  for (const part of order) query = query.orderBy(sql.id(table, part.column));
  return (limit === null ? query : query.limit(sql<number>`${literal('integer', String(limit))}`)).compile();
}
