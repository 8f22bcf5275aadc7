import { sql, type RawBuilder } from 'kysely';
import type { CursorColumn, ExtractionQuery, SourceColumn, StagedColumn } from '@tidemark/domain';
import { cursorCellOf, literalOf } from './cursor-cell.ts';
import { CdcError } from './errors.ts';
import { afterKeyset, throughKeyset, type KeysetPart } from './keyset-predicate.ts';
import { compileOnlyKysely } from './literal-compiler.ts';
import type { RowOrigin } from './row-origin.ts';
import { SqlLiteral } from './sql-literal.ts';

/** Rows of an unknown schema: the reading is planned from information_schema. */
type AnyDatabase = Record<string, Record<string, unknown>>;

/** A column with a text that ends a range. */
export interface ColumnEnd {
  readonly column: SourceColumn;
  readonly value: string;
}

/** The ends of a range; null where it is open. */
export interface RangeEnds {
  /** The read order, outermost first. */
  readonly order: readonly SourceColumn[];
  /** Values of `order` after which rows are read. */
  readonly after: readonly string[] | null;
  /** Values of `order` up to and including which rows are read. */
  readonly through: readonly string[] | null;
  /** The column and text at or above which rows are read. */
  readonly from: ColumnEnd | null;
  /** The column and text at or below which rows are read. */
  readonly upTo: ColumnEnd | null;
  /** The column and text below which rows are read. */
  readonly below: ColumnEnd | null;
}

/** One range of rows in one read order. */
export interface RangeReading extends RangeEnds {
  readonly origin: RowOrigin;
  readonly columns: readonly StagedColumn[];
  /** True when several rows may have the same values of `order`; the range then has to end with all of them. */
  readonly hasTies: boolean;
  /** Columns whose NULL rows are left out. */
  readonly notNull: readonly SourceColumn[];
  /** The column whose NULL rows are read, and no others. */
  readonly onlyNull: SourceColumn | null;
  readonly limit: number | null;
  /** Rows that are passed over before the first; null for none. */
  readonly offset: number | null;
  /** Further conditions. */
  readonly where?: readonly RawBuilder<boolean>[];
}

/** A range over everything, in no order. */
export function wholeRange(origin: RowOrigin, columns: readonly StagedColumn[]): RangeReading {
  return { origin, columns, order: [], hasTies: false, after: null, through: null, from: null, upTo: null, below: null, notNull: [], onlyNull: null, limit: null, offset: null };
}

/** Compiles a range to a query of the text protocol, without a connection. */
export function compileRange(reading: RangeReading): ExtractionQuery {
  const { origin, columns, order, from, after, through, upTo, below, limit } = reading;
  const { hidden, cursor } = cursorSelection(reading);
  const ref = (column: SourceColumn): RawBuilder<unknown> => sql.id(origin.alias, column.name);
  const literal = (column: SourceColumn, text: string): RawBuilder<unknown> => sql`${literalOf(column, text)}`;
  const number = (value: number): RawBuilder<number> => sql<number>`${SqlLiteral.encode('integer', String(value))}`;
  let query = compileOnlyKysely<AnyDatabase>()
    .selectFrom(sql.raw<Record<string, unknown>>(origin.from(reading)).as(origin.alias))
    .select([...columns.map((column, index) => sql.raw(column.select).as(`c${index}`)), ...hidden.map((text, index) => sql.raw(text).as(`k${index}`))]);
  if (from !== null) query = query.where(ref(from.column), '>=', literal(from.column, from.value));
  if (after !== null) query = query.where(afterKeyset(keyset(reading, after)));
  if (through !== null) query = query.where(throughKeyset(keyset(reading, through)));
  if (upTo !== null) query = query.where(ref(upTo.column), '<=', literal(upTo.column, upTo.value));
  if (below !== null) query = query.where(ref(below.column), '<', literal(below.column, below.value));
  for (const condition of reading.where ?? []) query = query.where(condition);
  for (const column of reading.notNull) query = query.where(ref(column), 'is not', null);
  if (reading.onlyNull !== null) query = query.where(ref(reading.onlyNull), 'is', null);
  if (origin.condition !== null) query = query.where(sql.raw<boolean>(`(${origin.condition})`));
  for (const column of order) query = query.orderBy(ref(column));
  if (limit !== null) query = query.limit(number(limit));
  if (reading.offset !== null) query = query.offset(number(reading.offset));
  const first = order[0]?.name;
  return {
    sql: query.compile().sql,
    columns,
    cursor,
    after: reading.hasTies && from !== null && from.column.name === first ? [from.value] : after,
    below: below !== null && below.column.name === first ? below.value : null,
    maxRows: limit,
    ...(reading.hasTies ? { hasTies: true } : {}),
  };
}

/** Finds each cursor column among the selected ones, or selects it once more for the cursor alone. */
function cursorSelection(reading: RangeReading): { hidden: string[]; cursor: CursorColumn[] } {
  const hidden: string[] = [];
  const cursor = reading.order.map((column): CursorColumn => {
    const { text, order, isPlain } = cursorCellOf(column);
    const selected = reading.columns.findIndex((candidate) => candidate.source === column.name && candidate.select === text);
    if (isPlain && selected >= 0) return { name: column.name, index: selected, order };
    hidden.push(text);
    return { name: column.name, index: reading.columns.length + hidden.length - 1, order };
  });
  return { hidden, cursor };
}

function keyset({ origin, order }: RangeReading, values: readonly string[]): KeysetPart[] {
  if (values.length !== order.length) {
    throw new CdcError('CDC_POSITION', { message: `The position has ${values.length} values for the ${order.length} cursor columns ${order.map((column) => column.name).join(', ')}.` });
  }
  return order.map((column, index) => ({ column: sql.id(origin.alias, column.name), value: literalOf(column, values[index]!) }));
}
