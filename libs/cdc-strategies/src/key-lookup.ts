import { sql, type RawBuilder } from 'kysely';
import type { Bound, Position, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { cursorCellOf, literalOf } from './cursor-cell.ts';
import { cursorTypeOf } from './cursor-type.ts';
import { wholeQueryOrigin, type QuerySettings } from './custom-sql-strategy.ts';
import { throughKeyset } from './keyset-predicate.ts';
import { keysetReading } from './keyset-reading.ts';
import { compileRange, wholeRange } from './range-query.ts';
import { tableOrigin } from './row-origin.ts';
import type { Reading } from './strategy.ts';

/** Which rows a lookup leaves to the increments that come. */
export interface LookupEdge {
  /** Where reading has got to; rows beyond it are left out. */
  readonly position: Position | null;
  /** The mark of a first load that is under way, or the bound of the run; rows at or above it are left out. Null without one. */
  readonly mark: Bound | null;
}

/** Where rows are looked for. */
export interface LookupRows {
  /** The condition that every row read must meet; null without one. */
  readonly condition: string | null;
  /** The query that stands in the table's place; null without one. */
  readonly query: QuerySettings | null;
}

/** Finds rows again by their keys. */
export interface KeyLookup {
  /** Source names of the key, in key order. */
  readonly columns: readonly string[];
  /**
   * Reads the rows that have one of the keys, in the order of the key; a key that no row has gives nothing.
   * @param keys server texts of the key's columns, in key order
   */
  reading(columns: readonly StagedColumn[], keys: readonly (readonly string[])[], edge: LookupEdge): Reading;
}

/**
 * How rows of a table, or of the query that stands in its place, are found again by a key.
 * @param table the columns of the table, or of the query's result
 * @param key source names
 * @returns null when there is no key, or when a text of it as it is read cannot be written as SQL again
 */
export function keyLookup(table: SourceTable, staged: readonly StagedColumn[], key: readonly string[], { condition, query }: LookupRows): KeyLookup | null {
  const origin = query === null ? tableOrigin(table, condition) : wholeQueryOrigin(table, query, condition);
  const order = key.map((name) => table.columns.find((column) => column.name === name)).filter((column): column is SourceColumn => column !== undefined && canBeFound(column, staged));
  if (key.length === 0 || order.length !== key.length) return null;
  const place = { table: origin.name, kind: 'pk', columns: key } as const;
  const equals = (values: readonly string[]): RawBuilder<boolean> => sql<boolean>`(${sql.join(order.map((column, index) => sql`${sql.id(table.table, column.name)} = ${literalOf(column, values[index]!)}`), sql` and `)})`;
  return {
    columns: key,
    reading: (columns, keys, edge) => {
      const where = [sql<boolean>`(${sql.join(keys.map(equals), sql` or `)})`, ...edgeOf(table, edge)];
      return keysetReading(place, null, (after, limit) =>
        compileRange({ ...wholeRange(origin, columns), order, after, limit, where }),
      );
    },
  };
}

/** The text that is staged is the one that a literal of the column's type is made from. */
function canBeFound(column: SourceColumn, staged: readonly StagedColumn[]): boolean {
  const planned = staged.find(({ source }) => source === column.name);
  return planned !== undefined && planned.disguise === undefined && cursorTypeOf(column) !== undefined && planned.select === cursorCellOf(column).text;
}

function edgeOf(table: SourceTable, { position, mark }: LookupEdge): RawBuilder<boolean>[] {
  const columnOf = (name: string): SourceColumn | undefined => table.columns.find((column) => column.name === name);
  const below = (name: string, value: string): RawBuilder<boolean>[] => {
    const column = columnOf(name);
    return column === undefined ? [] : [sql<boolean>`${sql.id(table.table, name)} < ${literalOf(column, value)}`];
  };
  const conditions = mark === null ? [] : below(mark.column, mark.value);
  if (position?.kind === 'tick') return [...conditions, ...below(position.column, position.value)];
  if (position?.kind !== 'keyset') return conditions;
  const parts = position.columns.map((name, index) => ({ name, column: columnOf(name), value: position.values[index]! }));
  return [...conditions, throughKeyset(parts.map(({ name, column, value }) => ({ column: sql.id(table.table, name), value: literalOf(column!, value) })))];
}
