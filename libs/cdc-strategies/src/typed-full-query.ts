import type { CompiledQuery } from 'kysely';
import { compileTypedRange, type TypedCursorColumn, type TypedTable } from './typed-range.ts';

export interface TypedFullReading<Row> extends TypedTable<Row> {
  /** The pages in which the table is read, by its primary key; null reads it by one query. */
  readonly pages: {
    readonly key: readonly [TypedCursorColumn<Row>, ...TypedCursorColumn<Row>[]];
    /** Server texts of the key after which rows are read; null for the first page. */
    readonly after: readonly string[] | null;
    readonly limit: number;
  } | null;
}

/**
 * A page, or the whole, of a table whose row type is known, as `full_sync` reads it: a column that the row does not have is a compile error.
 *
 * @throws CdcError `CDC_LITERAL` when a text does not fit its column's kind; `CDC_PREDICATE` for a condition that is not closed
 */
export function typedFullQuery<Row>({ pages, ...table }: TypedFullReading<Row>): CompiledQuery {
  return compileTypedRange<Row>({ ...table, order: pages?.key ?? [], after: pages?.after ?? null, limit: pages?.limit ?? null, from: null, upTo: null, below: null });
}
