import type { CompiledQuery } from 'kysely';
import { compileTypedRange, type TypedCursorColumn, type TypedTable } from './typed-range.ts';

export interface TypedTimestampReading<Row> extends TypedTable<Row> {
  readonly timestamp: TypedCursorColumn<Row>;
  /** The beginning of the first tick that is read; null from the beginning. */
  readonly from: string | null;
  /** Exclusive upper text. Both ends lie between ticks, so that rows of one tick are read together. */
  readonly below: string;
}

/**
 * An increment of `timestamp_only` over a table whose row type is known: a column that the row does not have is a compile error.
 * It has no limit: rows that share a time cannot be told apart, and a limit could end among them.
 *
 * @throws CdcError `CDC_LITERAL` when a text does not fit its column's kind; `CDC_PREDICATE` for a condition that is not closed
 */
export function typedTimestampQuery<Row>({ timestamp, ...reading }: TypedTimestampReading<Row>): CompiledQuery {
  return compileTypedRange<Row>({ ...reading, order: [timestamp], after: null, upTo: null, limit: null });
}
