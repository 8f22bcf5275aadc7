/** A row that the two sides do not have equally often. */
export interface RowDifference {
  /** The values of the row as a JSON array of texts. */
  readonly row: string;
  /** How many more times the source has it; negative where the target has it more often. */
  readonly surplus: number;
}

/**
 * Two multisets of rows, kept as their difference.
 *
 * A row that both sides have equally often leaves no trace, so the order of arrival does not matter and the memory
 * is that of the rows which only one side has sent so far.
 */
export class RowMultisetDifference {
  readonly #surplus = new Map<string, number>();

  addSource(values: readonly (string | null)[]): void {
    this.#add(JSON.stringify(values), 1);
  }

  addTarget(values: readonly (string | null)[]): void {
    this.#add(JSON.stringify(values), -1);
  }

  /** How many different rows the sides do not have equally often so far. */
  get size(): number {
    return this.#surplus.size;
  }

  /** The rows in which the sides differ, in text order. */
  differences(): RowDifference[] {
    return [...this.#surplus].map(([row, surplus]) => ({ row, surplus })).sort((left, right) => (left.row < right.row ? -1 : 1));
  }

  #add(row: string, count: 1 | -1): void {
    const surplus = (this.#surplus.get(row) ?? 0) + count;
    if (surplus === 0) this.#surplus.delete(row);
    else this.#surplus.set(row, surplus);
  }
}
