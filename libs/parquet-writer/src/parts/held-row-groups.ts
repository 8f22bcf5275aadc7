import type { EncodedRowGroup } from '../pages/row-group-encoder.ts';

/** Encoded row groups of which it is not yet known which part they belong to, first in, first out. */
export class HeldRowGroups {
  readonly #groups: EncodedRowGroup[] = [];
  byteLength = 0;
  rowCount = 0;

  get isEmpty(): boolean {
    return this.#groups.length === 0;
  }

  get first(): EncodedRowGroup | null {
    return this.#groups[0] ?? null;
  }

  push(group: EncodedRowGroup): void {
    this.#groups.push(group);
    this.byteLength += group.byteLength;
    this.rowCount += group.rowCount;
  }

  /** Gives the first one out; there must be one. */
  shift(): EncodedRowGroup {
    const group = this.#groups.shift()!;
    this.byteLength -= group.byteLength;
    this.rowCount -= group.rowCount;
    return group;
  }

  clear(): void {
    this.#groups.length = 0;
    this.byteLength = 0;
    this.rowCount = 0;
  }
}
