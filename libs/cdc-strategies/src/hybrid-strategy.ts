import type { Bound, ExtractionQuery, Position, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { backfillById } from './backfill-by-id.ts';
import { hybridCursor, type CursorSettings, type HybridCursor } from './cursor-columns.ts';
import { cursorTextOf, idTextsOf } from './cursor-input.ts';
import { CdcError } from './errors.ts';
import { compileRange, type RangeReading } from './range-query.ts';
import { tableOrigin, type RowOrigin } from './row-origin.ts';
import { belowTick, withinEdge, type ReadEdge } from './read-edge.ts';
import { tickValue, valuesOf, type CursorPlace } from './stored-position.ts';
import type { BackfillRange, IncrementalStrategy, PositionInput, Reading } from './strategy.ts';
import { ticksOf } from './ticks.ts';
import { TimeCursor } from './time-cursor.ts';

/** What the strategies that read by a timestamp have to be told. */
export interface TimeSettings extends Pick<CursorSettings, 'timestampColumn' | 'timestampFormat'> {
  readonly lagMs: number;
  /** 0: nothing is read again. */
  readonly lookbackMs: number;
  readonly nullCursor: 'fail' | 'include' | 'exclude';
  readonly additionalWhere: string | null;
  /** The zone in which DATETIME cursors are written. */
  readonly cursorTimeZone: string;
}

export interface HybridSettings extends TimeSettings, CursorSettings {}

/** Reads `(timestamp, id)` after the watermark, in that order; the first load goes by primary key. */
export class HybridStrategy implements IncrementalStrategy {
  readonly kind = 'incremental';
  readonly name: 'hybrid' | 'custom_sql';
  readonly cursor: HybridCursor;
  /** Read order of increments. */
  readonly order: readonly SourceColumn[];
  readonly versionColumns: readonly string[];
  readonly #origin: RowOrigin;
  readonly #columns: readonly SourceColumn[];
  readonly #place: CursorPlace;
  readonly #time: TimeCursor;
  readonly #isPaged: boolean;

  /**
   * @param query a query that stands in the table's place
   * @throws CdcError when the table has no usable cursor or the condition is not closed
   */
  constructor(table: SourceTable, settings: HybridSettings, query: RowOrigin | null = null) {
    this.#columns = table.columns;
    this.#origin = query ?? tableOrigin(table, settings.additionalWhere);
    this.name = query === null ? 'hybrid' : 'custom_sql';
    this.#isPaged = query === null;
    this.cursor = hybridCursor(table, settings);
    this.order = [this.cursor.timestamp, ...this.cursor.tieBreakers];
    this.versionColumns = [this.cursor.timestamp.name];
    this.#place = { table: this.#origin.name, kind: 'keyset', columns: this.order.map((column) => column.name) };
    this.#time = new TimeCursor({ ...settings, origin: this.#origin, timestamp: this.cursor.timestamp, ticks: ticksOf(this.cursor.timestamp, settings.timestampFormat, settings.cursorTimeZone) });
  }

  get repeatsTimes(): boolean {
    return this.#time.ticks.repeats;
  }

  bound(nowUtc: string): Bound {
    return this.#time.bound(nowUtc);
  }

  newest(below: Bound | null): ExtractionQuery {
    return this.#time.newest(below);
  }

  boundAtNewest(newest: string | null): Bound {
    return this.#time.boundAtNewest(newest);
  }

  nullProbe(): string | null {
    return this.#time.nullProbe();
  }

  /** A position of a row that was read: the row may have moved on, but not back. */
  reachProbe(at: Position): string | null {
    return at.kind === 'keyset' ? this.#time.reachProbe(this.#keysetValues(at)![0]!) : null;
  }

  aheadCount(nowUtc: string): ExtractionQuery {
    return this.#time.aheadCount(nowUtc);
  }

  nulls(columns: readonly StagedColumn[]): Reading | null {
    return this.#time.nulls(columns, this.#place, this.cursor.tieBreakers);
  }

  increment(columns: readonly StagedColumn[], bound: Bound): Reading {
    const reading = { ...this.#time.range(columns, this.order), below: this.#time.end(bound.value) };
    return this.#inCursorOrder(bound.value, (after) =>
      after?.kind === 'tick' ? { ...reading, from: this.#time.end(tickValue(after, this.#place, this.cursor.timestamp.name)) } : { ...reading, after: this.#keysetValues(after) },
    );
  }

  firstLoad(columns: readonly StagedColumn[], below: Bound | null): Reading | null {
    return this.#isPaged ? this.#time.pages(columns, this.#place, this.cursor.pages, below) : null;
  }

  lookback(columns: readonly StagedColumn[], at: Position | null, bound: Bound): Reading | null {
    if (at === null || this.#time.lookbackMs === 0) return null;
    const reading = { ...this.#time.range(columns, this.order), where: belowTick(this.#origin.alias, this.cursor.timestamp, bound.value) };
    if (at.kind === 'tick') {
      const value = tickValue(at, this.#place, this.cursor.timestamp.name);
      return this.#inCursorOrder(value, (after) => ({ ...reading, from: this.#time.windowStart(value), after: this.#keysetValues(after), below: this.#time.end(value) }));
    }
    const through = this.#keysetValues(at)!;
    return this.#inCursorOrder(null, (after) => ({ ...reading, from: this.#time.windowStart(through[0]!), after: this.#keysetValues(after), through }));
  }

  positionAfterFirstLoad(mark: Bound, isExact: boolean): Position {
    return this.#time.positionAfterFirstLoad(mark, isExact, this.#place);
  }

  backfill(columns: readonly StagedColumn[], range: BackfillRange, edge: ReadEdge | null): Reading {
    const { timestamp, tieBreakers } = this.cursor;
    const where = edge === null ? [] : withinEdge(this.#origin, this.#columns, edge);
    if (range.by === 'id') return backfillById(this.#origin, columns, tieBreakers, range, timestamp, where);
    const [from, below] = [range.from, range.to].map((text) => (text === null ? null : this.#time.end(cursorTextOf(timestamp, text))));
    return this.#inCursorOrder(below?.value ?? null, (after) => ({ ...this.#time.range(columns, this.order), from: from!, below: below!, after: this.#keysetValues(after), where }));
  }

  positionFromInput({ timestamp, id }: PositionInput): Position {
    if (timestamp === null || id === null) {
      throw new CdcError('CDC_INPUT', { message: `A position of ${this.#place.table} is (${this.#place.columns.join(', ')}): both the timestamp and the id are needed.`, details: { columns: this.#place.columns } });
    }
    return { kind: 'keyset', columns: this.#place.columns, values: [cursorTextOf(this.cursor.timestamp, timestamp), ...idTextsOf(this.cursor.tieBreakers, id)] };
  }

  checkPosition(position: Position): void {
    if (position.kind === 'tick') tickValue(position, this.#place, this.cursor.timestamp.name);
    else this.#keysetValues(position);
  }

  /** Rows in cursor order; a batch may end after any of them. */
  #inCursorOrder(below: string | null, rangeOf: (after: Position | null) => RangeReading): Reading {
    return {
      isPaged: this.#isPaged, splitsAnywhere: true, below,
      cut: () => null,
      query: (after, limit) => compileRange({ ...rangeOf(after), limit }),
      positionOf: (lastCursor) => ({ kind: 'keyset', columns: this.#place.columns, values: lastCursor }),
    };
  }

  #keysetValues(position: Position | null): readonly string[] | null {
    return valuesOf(this.#place, position);
  }
}
