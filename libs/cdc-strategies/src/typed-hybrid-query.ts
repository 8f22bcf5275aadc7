import type { CompiledQuery } from 'kysely';
import { compileTypedRange, type TypedCursorColumn, type TypedTable } from './typed-range.ts';

export interface TypedHybridReading<Row> extends TypedTable<Row> {
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
 * @throws CdcError `CDC_LITERAL` when a text does not fit its column's kind; `CDC_PREDICATE` for a condition that is not closed
 */
export function typedHybridQuery<Row>({ cursor, ...reading }: TypedHybridReading<Row>): CompiledQuery {
  return compileTypedRange<Row>({ ...reading, order: cursor, from: null, upTo: null });
}
