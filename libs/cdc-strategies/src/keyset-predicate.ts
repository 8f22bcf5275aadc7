import { sql, type RawBuilder } from 'kysely';
import type { SqlLiteral } from './sql-literal.ts';

/** A column of a cursor with the value that ends or begins a range. */
export interface KeysetPart {
  readonly column: RawBuilder<unknown>;
  readonly value: SqlLiteral;
}

/**
 * Rows after a cursor, as `(a > x or (a = x and (b > y or …)))`.
 * MariaDB and MySQL answer this form by seeking into the index on all columns; the row form `(a, b) > (x, y)` scans.
 */
export function afterKeyset(parts: readonly KeysetPart[]): RawBuilder<boolean> {
  return nested(parts, sql`>`, sql`>`);
}

/** Rows at or before a cursor: the complement of {@link afterKeyset} for rows without NULL. */
export function throughKeyset(parts: readonly KeysetPart[]): RawBuilder<boolean> {
  return nested(parts, sql`<`, sql`<=`);
}

function nested(parts: readonly KeysetPart[], outer: RawBuilder<unknown>, last: RawBuilder<unknown>): RawBuilder<boolean> {
  const [part, ...rest] = parts;
  if (part === undefined) throw new RangeError('a keyset has at least one column');
  const { column, value } = part;
  if (rest.length === 0) return sql<boolean>`${column} ${last} ${value}`;
  return sql<boolean>`(${column} ${outer} ${value} or (${column} = ${value} and ${nested(rest, outer, last)}))`;
}
