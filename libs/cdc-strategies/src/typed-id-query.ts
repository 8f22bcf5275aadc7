import type { CompiledQuery } from 'kysely';
import { compileTypedRange, type TypedCursorColumn, type TypedTable } from './typed-range.ts';

export interface TypedIdReading<Row> extends TypedTable<Row> {
  /** The columns of the id, in the order of its index. */
  readonly id: readonly [TypedCursorColumn<Row>, ...TypedCursorColumn<Row>[]];
  /** Server texts of the id after which rows are read; null from the beginning. */
  readonly after: readonly string[] | null;
  /** The greatest value of the first id column when the run began; rows with it are read. */
  readonly upTo: string;
  readonly limit: number;
}

/**
 * An increment of `id_only` over a table whose row type is known: a column that the row does not have is a compile error.
 *
 * @throws CdcError `CDC_LITERAL` when a text does not fit its column's kind; `CDC_PREDICATE` for a condition that is not closed
 */
export function typedIdQuery<Row>({ id, ...reading }: TypedIdReading<Row>): CompiledQuery {
  return compileTypedRange<Row>({ ...reading, order: id, from: null, below: null });
}
