/**
 * A place in a table's read order, as the server's own text, never a Date or a float.
 * The engine passes it on and never looks inside: batches are ordered by their sequence number.
 */
export type Position =
  /** After the row with these cursor values, e.g. `(updated_at, id)`. */
  | { readonly kind: 'keyset'; readonly columns: readonly string[]; readonly values: readonly string[] }
  /** After the row with this key, in primary-key order (first load, full reading). */
  | { readonly kind: 'pk'; readonly columns: readonly string[]; readonly values: readonly string[] }
  /** After the whole tick that ends here. */
  | { readonly kind: 'tick'; readonly column: string; readonly value: string }
  /** After this transaction of a replication log. */
  | { readonly kind: 'gtid'; readonly gtid: string };

/** The exclusive, tick-aligned upper end of a run, fixed when it begins: rows with `column >= value` are left to later runs. */
export interface Bound {
  readonly column: string;
  /** Server text of the column's type, e.g. `2026-01-31 12:00:05.000000`. */
  readonly value: string;
}
