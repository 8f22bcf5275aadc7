import type { BatchManifest, SnapshotOutcome } from '@tidemark/domain';
import type { TextRow } from './range-evaluator.ts';

/** One version of a row in a history: it holds from `from` to `to`, exclusive. */
export interface MemoryVersion {
  readonly row: TextRow;
  readonly from: string;
  readonly to: string | null;
}

/** What a batch did to a memory table. */
export interface MemoryLoad {
  readonly rowsCopied: number;
  readonly rowsInserted: number;
  readonly rowsDeleted: number;
  readonly snapshot?: SnapshotOutcome;
}

const valuesOf = (row: TextRow, names: readonly string[]): string => JSON.stringify(names.map((name) => row[name] ?? null));

/** A missing version is older than any other. */
const isNewer = (left: string | null, right: string | null): boolean => left !== null && (right === null || left > right);

/**
 * The rows of a target table as each load mode leaves them, in the plainest way: batch by batch, row by row. It is what the statements
 * of the loader are to come to.
 */
export class MemoryTable {
  #rows: TextRow[] = [];
  #history: MemoryVersion[] = [];
  /** Rows of snapshot sets that have not taken the target's place; null for a set that lost its rows. */
  readonly #shadows = new Map<string, TextRow[] | null>();

  get rows(): readonly TextRow[] {
    return this.#rows;
  }

  get history(): readonly MemoryVersion[] {
    return this.#history;
  }

  /** A person deletes a row. */
  delete(id: string): void {
    this.#rows = this.#rows.filter((row) => row.id !== id);
  }

  /** Takes a batch in; the caller sees to order and repetition. */
  load(manifest: BatchManifest, incoming: readonly TextRow[], isSuperseded: boolean): MemoryLoad {
    const { snapshot, frozen } = manifest;
    const needsSet = frozen.mode === 'replace' || (frozen.mode === 'scd2' && snapshot !== null && (frozen.scd2!.effective === null || frozen.scd2!.expire_missing));
    if (!needsSet) return { rowsCopied: incoming.length, ...this.#apply(manifest, incoming, false) };
    if (snapshot === null) throw new Error(`${manifest.batch_id} is of no snapshot set`);
    const filled = this.#shadows.get(snapshot.id);
    this.#shadows.clear();
    if (isSuperseded || filled === null) {
      this.#shadows.set(snapshot.id, null);
      return { rowsCopied: 0, rowsInserted: 0, rowsDeleted: 0, snapshot: isSuperseded ? 'superseded' : 'incomplete' };
    }
    const rows = [...(filled ?? []), ...incoming];
    if (!snapshot.final) {
      this.#shadows.set(snapshot.id, rows);
      return { rowsCopied: incoming.length, rowsInserted: 0, rowsDeleted: 0, snapshot: 'filled' };
    }
    return { rowsCopied: incoming.length, ...this.#apply(manifest, rows, true), snapshot: 'swapped' };
  }

  #apply(manifest: BatchManifest, incoming: readonly TextRow[], isCompleteSet: boolean): Pick<MemoryLoad, 'rowsInserted' | 'rowsDeleted'> {
    switch (manifest.frozen.mode) {
      case 'append': return this.#append(manifest, incoming);
      case 'merge': return this.#merge(manifest, incoming);
      case 'replace': {
        const rowsDeleted = this.#rows.length;
        this.#rows = [...incoming];
        return { rowsInserted: incoming.length, rowsDeleted };
      }
      case 'scd2': return this.#keepHistory(manifest, incoming, isCompleteSet);
    }
  }

  #append({ advances, frozen }: BatchManifest, incoming: readonly TextRow[]): Pick<MemoryLoad, 'rowsInserted' | 'rowsDeleted'> {
    const place = [...frozen.keys, ...frozen.version_columns];
    let rowsInserted = 0;
    for (const row of incoming) {
      if (!advances && this.#rows.some((standing) => valuesOf(standing, place) === valuesOf(row, place))) continue;
      this.#rows.push(row);
      rowsInserted++;
    }
    return { rowsInserted, rowsDeleted: 0 };
  }

  #merge({ frozen }: BatchManifest, incoming: readonly TextRow[]): Pick<MemoryLoad, 'rowsInserted' | 'rowsDeleted'> {
    const version = frozen.version_columns[0];
    let [rowsInserted, rowsDeleted] = [0, 0];
    for (const row of incoming) {
      const at = this.#rows.findIndex((standing) => valuesOf(standing, frozen.keys) === valuesOf(row, frozen.keys));
      if (at < 0) this.#rows.push(row);
      else if (version !== undefined && isNewer(this.#rows[at]![version] ?? null, row[version] ?? null)) continue;
      else {
        this.#rows[at] = row;
        rowsDeleted++;
      }
      rowsInserted++;
    }
    return { rowsInserted, rowsDeleted };
  }

  #keepHistory({ frozen, batch_ts: at }: BatchManifest, incoming: readonly TextRow[], isCompleteSet: boolean): Pick<MemoryLoad, 'rowsInserted' | 'rowsDeleted'> {
    const { tracked, effective, expire_missing: expires } = frozen.scd2!;
    const setTime = at.replace('T', ' ').replace('Z', '');
    const keyOf = (row: TextRow): string => valuesOf(row, frozen.keys);
    const since = (row: TextRow): string => (effective === null ? setTime : row[effective]!);
    let rowsInserted = 0;
    for (const row of incoming.toSorted((left, right) => (since(left) < since(right) ? -1 : 1))) {
      const chain = this.#history.filter((version) => keyOf(version.row) === keyOf(row)).toSorted((left, right) => (left.from < right.from ? -1 : 1));
      const others = this.#history.filter((version) => !chain.includes(version));
      const from = since(row);
      const isSame = (version: MemoryVersion): boolean => valuesOf(version.row, tracked) === valuesOf(row, tracked);
      const before = chain.findLastIndex((version) => version.from <= from);
      const known = chain[before];
      const last = chain.at(-1);
      if (known !== undefined && known.from === from && !isSame(known)) chain[before] = { ...known, row };
      else if (known !== undefined && isSame(known) && (known.to === null || known.to > from)) {
        if (known === last) chain[before] = { ...known, row: effective !== null && known.row[effective]! > from ? known.row : row };
      } else {
        const end = chain[before + 1]?.from ?? null;
        if (known !== undefined) chain[before] = { ...known, to: known.to !== null && known.to < from ? known.to : from };
        chain.splice(before + 1, 0, { row, from, to: end });
        rowsInserted++;
      }
      const newest = chain.at(-1)!;
      chain[chain.length - 1] = { ...newest, to: null };
      this.#history = [...others, ...chain];
    }
    if (isCompleteSet && expires) {
      const present = new Set(incoming.map(keyOf));
      this.#history = this.#history.map((version) => (version.to !== null || present.has(keyOf(version.row)) ? version : { ...version, to: setTime }));
    }
    this.#rows = this.#history.filter((version) => version.to === null).map((version) => version.row);
    return { rowsInserted, rowsDeleted: 0 };
  }
}
