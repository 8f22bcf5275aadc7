import { sql, type RawBuilder } from 'kysely';
import type { CursorColumn, ExtractionQuery, SourceColumn, StagedColumn } from '@tidemark/domain';
import { cursorCellOf, literalOf } from './cursor-cell.ts';
import { CdcError } from './errors.ts';
import { afterKeyset, throughKeyset, type KeysetPart } from './keyset-predicate.ts';
import { compileOnlyKysely } from './literal-compiler.ts';
import { SqlLiteral } from './sql-literal.ts';

/** Rows of an unknown schema: the reading is planned from information_schema. */
type AnyDatabase = Record<string, Record<string, unknown>>;

/** One range of a table in one read order. */
export interface RangeReading {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly StagedColumn[];
  /** The read order, outermost first. */
  readonly order: readonly SourceColumn[];
  /** Values of `order` after which rows are read; null from the beginning. */
  readonly after: readonly string[] | null;
  /** Values of `order` up to and including which rows are read; null without an end. */
  readonly through: readonly string[] | null;
  /** The column and text at or above which rows are read. */
  readonly from: { readonly column: SourceColumn; readonly value: string } | null;
  /** The column and text at or below which rows are read. */
  readonly upTo: { readonly column: SourceColumn; readonly value: string } | null;
  /** The column and text below which rows are read. */
  readonly below: { readonly column: SourceColumn; readonly value: string } | null;
  /** Columns whose NULL rows are left out. */
  readonly notNull: readonly SourceColumn[];
  /** A checked SQL condition of the configuration. */
  readonly condition: string | null;
  readonly limit: number | null;
}

/** Compiles a range to a query of the text protocol, without a connection. */
export function compileRange(reading: RangeReading): ExtractionQuery {
  const { columns, hidden, cursor } = cursorSelection(reading);
  const ref = (column: SourceColumn): RawBuilder<unknown> => sql.id(reading.table, column.name);
  const literal = (column: SourceColumn, text: string): RawBuilder<unknown> => sql`${literalOf(column, text)}`;
  let query = compileOnlyKysely<AnyDatabase>()
    .selectFrom(sql<Record<string, unknown>>`${sql.id(reading.schema, reading.table)}`.as(reading.table))
    .select([...columns.map((column, index) => sql.raw(column.select).as(`c${index}`)), ...hidden.map((text, index) => sql.raw(text).as(`k${index}`))]);
  if (reading.from !== null) query = query.where(ref(reading.from.column), '>=', literal(reading.from.column, reading.from.value));
  if (reading.after !== null) query = query.where(afterKeyset(keyset(reading, reading.after)));
  if (reading.through !== null) query = query.where(throughKeyset(keyset(reading, reading.through)));
  if (reading.upTo !== null) query = query.where(ref(reading.upTo.column), '<=', literal(reading.upTo.column, reading.upTo.value));
  if (reading.below !== null) query = query.where(ref(reading.below.column), '<', literal(reading.below.column, reading.below.value));
  for (const column of reading.notNull) query = query.where(ref(column), 'is not', null);
  if (reading.condition !== null) query = query.where(sql.raw<boolean>(`(${reading.condition})`));
  for (const column of reading.order) query = query.orderBy(ref(column));
  if (reading.limit !== null) query = query.limit(sql<number>`${SqlLiteral.encode('integer', String(reading.limit))}`);
  return {
    sql: query.compile().sql,
    columns,
    cursor,
    after: reading.after,
    below: reading.below !== null && reading.below.column.name === reading.order[0]?.name ? reading.below.value : null,
    maxRows: reading.limit,
  };
}

/** Finds each cursor column among the selected ones, or selects it once more for the cursor alone. */
function cursorSelection(reading: RangeReading): { columns: readonly StagedColumn[]; hidden: string[]; cursor: CursorColumn[] } {
  const hidden: string[] = [];
  const cursor = reading.order.map((column): CursorColumn => {
    const { text, order, isPlain } = cursorCellOf(column);
    const selected = reading.columns.findIndex((candidate) => candidate.source === column.name && candidate.select === text);
    if (isPlain && selected >= 0) return { name: column.name, index: selected, order };
    hidden.push(text);
    return { name: column.name, index: reading.columns.length + hidden.length - 1, order };
  });
  return { columns: reading.columns, hidden, cursor };
}

function keyset({ table, order }: RangeReading, values: readonly string[]): KeysetPart[] {
  if (values.length !== order.length) {
    throw new CdcError('CDC_POSITION', { message: `The position has ${values.length} values for the ${order.length} cursor columns ${order.map((column) => column.name).join(', ')}.` });
  }
  return order.map((column, index) => ({ column: sql.id(table, column.name), value: literalOf(column, values[index]!) }));
}
