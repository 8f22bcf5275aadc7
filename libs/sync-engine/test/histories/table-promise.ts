import { expect } from 'vitest';
import type { PromiseCell } from '../../src/engine/promises.ts';
import { FLAW, type MemoryWorld, type TextRow } from '../../src/testing/index.ts';
import { secondsBefore } from './seconds-before.ts';
import type { Variant } from './variants.ts';

/** What the source held when a run began. */
export interface Before {
  readonly rows: readonly TextRow[];
  /** Rows dated at or after it may be left to later runs. */
  readonly bound: string;
}

const textOf = (row: object): string => JSON.stringify(row);

/** What must hold of a table's target: at every step, when a run has ended well, and in the end. */
export class TablePromise {
  /** A backfill was merged into a table that is replaced as a whole. */
  isMerged = false;
  /** A person has accepted that rows are read once more in append mode. */
  mayRepeat = false;
  readonly #world: MemoryWorld;
  readonly #cell: PromiseCell;
  readonly #variant: Variant;
  /** Every version that was ever written. */
  readonly #versions = new Set<string>();
  /** What the source was, at any time; of a table that is replaced whole. */
  readonly #states = new Set<string>([textOf([])]);
  readonly #newest = new Map<string, string>();
  readonly #deleted = new Set<string>();
  /** Versions that came late where nothing is done about them. */
  readonly #unseen = new Set<string>();

  constructor(world: MemoryWorld, cell: PromiseCell, variant: Variant) {
    this.#world = world;
    this.#cell = cell;
    this.#variant = variant;
  }

  /** Whether a row can get this time: its time never goes back. */
  mayWrite(id: number, time: string): boolean {
    const newest = this.#newest.get(String(id));
    return newest === undefined || time > newest || (this.#variant.keepsSeconds && time === newest);
  }

  /** A row was written and committed. */
  noted(id: number): void {
    const row = this.#rowOf(String(id))!;
    this.#versions.add(textOf(row));
    if (row.updated_at !== null) this.#newest.set(row.id!, row.updated_at!);
    this.#deleted.delete(row.id!);
    this.#noteState();
  }

  /** Rows were written that nobody sees yet. */
  notedUnseen(rows: ReadonlyMap<string, TextRow>): void {
    for (const [id, row] of rows) {
      this.#versions.add(textOf(row));
      this.#newest.set(id, row.updated_at!);
    }
  }

  /** They are there now. */
  committed(rows: ReadonlyMap<string, TextRow>): void {
    for (const [id, row] of rows) {
      this.#deleted.delete(id);
      if (this.#variant.late === 'accept' && this.#variant.reading.strategy !== 'full_sync' && this.#cell.mode !== 'replace') this.#unseen.add(textOf(row));
    }
    this.#noteState();
  }

  removed(id: number): void {
    this.#deleted.add(String(id));
    this.#noteState();
  }

  /** Somebody mends the rows that cannot be represented, without a trace in their time. */
  mendFlaws(): void {
    for (const { id, state } of this.#world.source.rows()) {
      if (state?.startsWith(FLAW) !== true) continue;
      this.#world.source.mend(Number(id), state.slice(FLAW.length));
      this.#versions.add(textOf(this.#rowOf(id!)!));
    }
    this.#noteState();
  }

  before(): Before {
    const { source } = this.#world;
    return { rows: source.rows(), bound: source.writtenTime(2_000_000n) };
  }

  /** A source that no longer reaches the watermark stops a run, and nothing else of that name does. */
  async expectSourceBehind(): Promise<void> {
    const position = (await this.#world.watermark())?.staged_through.position;
    if (position?.kind !== 'keyset') throw new Error('only a position of a row can be missed');
    const [column, value] = [position.columns[0]!, position.values[0]!];
    const isReached = this.#world.source.rows().some((row) => row[column] !== null && (column === 'id' ? BigInt(row.id!) >= BigInt(value) : row[column]! >= value));
    expect(isReached, 'the source reaches the watermark').toBe(false);
  }

  /** After a run that ended well without a limit: what lay below its bound is there. */
  expectRead({ rows, bound }: Before, now: readonly TextRow[]): void {
    const target = new Set(this.#world.target.rows().map(textOf));
    const still = new Set(now.map(textOf));
    const due = this.#ofInterest(rows).filter((row) => row.updated_at === null || row.updated_at! < bound || this.readsWhole);
    // The bound stays as far below the oldest transaction as it stays below the clock.
    const open = this.#oldestOpen === null ? '9' : secondsBefore(this.#oldestOpen, 2);
    const isOpen = (row: TextRow): boolean => this.#variant.late === 'guard' && row.updated_at! >= open;
    expect(due.filter((row) => !isOpen(row) && !this.#unseen.has(textOf(row)) && !target.has(textOf(row)) && still.has(textOf(row))), 'P1: rows below the bound of a run that ended well').toEqual([]);
  }

  /** At any time: the ledger has no gaps, the watermark is not ahead, and nothing in the target is made up or doubled. */
  async expectSound(): Promise<void> {
    const { target } = this.#world;
    const rows = target.rows();
    for (const [epoch, batches] of Map.groupBy(target.ledger, (batch) => batch.epoch)) {
      expect(batches.map(({ seq }) => seq), `I3: every batch of epoch ${epoch} once, in order, without gaps`).toEqual(batches.map((_, index) => index + 1));
    }
    const watermark = await this.#world.watermark();
    if (watermark !== null) expect(watermark.loaded_through.seq, 'I1: the watermark passes nothing that is not committed').toBeLessThanOrEqual(target.ledger.filter(({ epoch }) => epoch === watermark.epoch).length);
    expect(rows.filter((row) => !this.#versions.has(textOf(row))), 'P3: every row of the target is one that was written').toEqual([]);
    expect(target.history().filter(({ row }) => !this.#versions.has(textOf(row))), 'P3: every version of the target is one that was written').toEqual([]);
    if (this.#cell.promise === 'versions' && !this.mayRepeat) expect(new Set(rows.map(textOf)).size, 'P2: no version twice').toBe(rows.length);
    const swapsOneSnapshot = this.#cell.mode === 'replace' && !this.isMerged && !('resumable' in this.#variant.reading && this.#variant.reading.resumable);
    if (swapsOneSnapshot) expect(this.#states.has(textOf(rows)), 'P7: the target is what the source was at one time').toBe(true);
  }

  /** What the cell promises once nobody writes any more. */
  expectWhole(when: string): void {
    const source = this.#ofInterest(this.#world.source.rows());
    const target = this.#world.target.rows();
    const seen = source.filter((row) => !this.#unseen.has(textOf(row)));
    switch (this.#cell.promise) {
      case 'equal': return void expect(target, when).toEqual(source);
      case 'inserts':
        if (this.mayRepeat) return void expect([...new Set(target.map(textOf))], when).toEqual(source.map(textOf));
        return void expect(target, when).toEqual(source);
      case 'rows':
      case 'current': {
        const present = new Set(seen.map(({ id }) => id));
        expect(target.filter(({ id }) => present.has(id)), when).toEqual(seen);
        const others = new Set(this.#world.source.rows().map(({ id }) => id).filter((id) => !present.has(id)));
        for (const { id } of target) if (!present.has(id) && !others.has(id)) expect(this.#deleted, `only what was deleted stays, ${when}`).toContain(id);
        if (this.#cell.promise === 'current') this.#expectChains(when);
        if (this.#variant.table.scd2?.expireMissing === true) expect(target, when).toEqual(seen);
        return;
      }
      case 'versions': {
        const versions = new Set(target.map(textOf));
        return void expect(seen.filter((row) => !versions.has(textOf(row))), `the newest versions, ${when}`).toEqual([]);
      }
      case 'refused': throw new Error('a refused pair has no history');
    }
  }

  /** Versions of a key follow each other without holes, and the last one is current. */
  #expectChains(when: string): void {
    const expires = this.#variant.table.scd2?.expireMissing === true;
    for (const [id, versions] of Map.groupBy(this.#world.target.history(), ({ row }) => row.id!)) {
      const chain = versions.toSorted((left, right) => (left.from < right.from ? -1 : 1));
      expect(chain.filter(({ to }) => to === null).length, `one current version of ${id}, ${when}`).toBe(expires && this.#rowOf(id) === undefined ? 0 : 1);
      if (expires) continue;
      for (const [index, version] of chain.entries()) expect(version.to, `the chain of ${id}, ${when}`).toBe(chain[index + 1]?.from ?? null);
    }
  }

  /** Whether a row was ever dated at this time or after it. */
  isDatedAfter(time: string): boolean {
    return [...this.#newest.values()].some((newest) => newest >= time);
  }

  /** Time decides nothing about what is read. */
  get readsWhole(): boolean {
    return this.#variant.reading.strategy === 'full_sync' || this.#cell.mode === 'replace' || this.#variant.reading.strategy === 'id_only';
  }

  get #oldestOpen(): string | null {
    return this.#world.source.oldestOpen;
  }

  /** Rows that the reading takes and the target can hold. */
  #ofInterest(rows: readonly TextRow[]): readonly TextRow[] {
    return rows.filter((row) => (row.updated_at !== null || this.#variant.undated === 'read') && row.state?.startsWith(FLAW) !== true);
  }

  #rowOf(id: string): TextRow | undefined {
    return this.#world.source.row(id);
  }

  #noteState(): void {
    if (this.#cell.mode === 'replace') this.#states.add(textOf(this.#world.source.rows()));
  }
}
