import { sql, type RawBuilder } from 'kysely';
import type { Bound, Position, SourceColumn } from '@tidemark/domain';
import { literalOf } from './cursor-cell.ts';
import { throughKeyset } from './keyset-predicate.ts';
import type { RowOrigin } from './row-origin.ts';

/** How far a table was read: what lies beyond is left to the readings that come. */
export interface ReadEdge {
  /** Where reading has got to. */
  readonly position: Position | null;
  /** The mark of a first load that is under way, or the bound of a run; rows at or above it are left to the increments. Null without one. */
  readonly mark: Bound | null;
}

/**
 * The conditions that leave out what lies beyond an edge.
 * @param columns of the table; a column of the edge that is not among them is no condition
 */
export function withinEdge({ alias }: Pick<RowOrigin, 'alias'>, columns: readonly SourceColumn[], { position, mark }: ReadEdge): RawBuilder<boolean>[] {
  const columnOf = (name: string): SourceColumn | undefined => columns.find((column) => column.name === name);
  const conditions = mark === null ? [] : belowTick(alias, columnOf(mark.column), mark.value);
  if (position?.kind === 'tick') return [...conditions, ...belowTick(alias, columnOf(position.column), position.value)];
  if (position?.kind !== 'keyset' && position?.kind !== 'pk') return conditions;
  const parts = position.columns.map((name, index) => ({ column: columnOf(name)!, value: position.values[index]! }));
  return [...conditions, throughKeyset(parts.map(({ column, value }) => ({ column: sql.id(alias, column.name), value: literalOf(column, value) })))];
}

/** Rows before a tick. */
export function belowTick(alias: string, column: SourceColumn | undefined, value: string): RawBuilder<boolean>[] {
  return column === undefined ? [] : [sql<boolean>`${sql.id(alias, column.name)} < ${literalOf(column, value)}`];
}
