import { sql, type RawBuilder } from 'kysely';
import type { SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { cursorCellOf, literalOf } from './cursor-cell.ts';
import { cursorTypeOf } from './cursor-type.ts';
import { wholeQueryOrigin, type QuerySettings } from './custom-sql-strategy.ts';
import { keysetReading } from './keyset-reading.ts';
import { compileRange, wholeRange } from './range-query.ts';
import { withinEdge, type ReadEdge } from './read-edge.ts';
import { tableOrigin } from './row-origin.ts';
import type { Reading } from './strategy.ts';

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
  reading(columns: readonly StagedColumn[], keys: readonly (readonly string[])[], edge: ReadEdge): Reading;
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
      const where = [sql<boolean>`(${sql.join(keys.map(equals), sql` or `)})`, ...withinEdge(origin, table.columns, edge)];
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
