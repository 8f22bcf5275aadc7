import type { RawBuilder } from 'kysely';
import type { Bound, ExtractionQuery, Position, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { backfillById } from './backfill-by-id.ts';
import { pageColumns, timestampColumn } from './cursor-columns.ts';
import { cursorTextOf } from './cursor-input.ts';
import { CdcError } from './errors.ts';
import type { TimeSettings } from './hybrid-strategy.ts';
import { compileRange, type ColumnEnd, type RangeReading } from './range-query.ts';
import { tableOrigin, type RowOrigin } from './row-origin.ts';
import { belowTick, withinEdge, type ReadEdge } from './read-edge.ts';
import { otherPosition, tickValue, type CursorPlace } from './stored-position.ts';
import type { BackfillRange, IncrementalStrategy, PositionInput, Reading } from './strategy.ts';
import { ticksOf } from './ticks.ts';
import { TimeCursor } from './time-cursor.ts';

/** Reads whole ticks of a timestamp, for tables whose rows nothing else orders. A batch never ends inside a tick. */
export class TimestampOnlyStrategy implements IncrementalStrategy {
  readonly kind = 'incremental';
  readonly name: 'timestamp_only' | 'custom_sql';
  readonly order: readonly SourceColumn[];
  readonly versionColumns: readonly string[];
  readonly #origin: RowOrigin;
  readonly #columns: readonly SourceColumn[];
  readonly #pages: readonly SourceColumn[] | null;
  readonly #place: CursorPlace;
  readonly #time: TimeCursor;

  /**
   * @param query a query that stands in the table's place
   * @throws CdcError when the table has no usable timestamp or the condition is not closed
   */
  constructor(table: SourceTable, settings: TimeSettings, query: RowOrigin | null = null) {
    this.#columns = table.columns;
    this.#origin = query ?? tableOrigin(table, settings.additionalWhere);
    this.name = query === null ? 'timestamp_only' : 'custom_sql';
    const timestamp = timestampColumn(table, settings);
    this.order = [timestamp];
    this.versionColumns = [timestamp.name];
    this.#pages = query === null ? pageColumns(table) : null;
    this.#place = { table: this.#origin.name, kind: 'tick', columns: [timestamp.name] };
    this.#time = new TimeCursor({ ...settings, origin: this.#origin, timestamp, ticks: ticksOf(timestamp, settings.timestampFormat, settings.cursorTimeZone) });
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

  /** A tick says only that everything below it was read, not that a row stands there. */
  reachProbe(): string | null {
    return null;
  }

  aheadCount(nowUtc: string): ExtractionQuery {
    return this.#time.aheadCount(nowUtc);
  }

  nulls(columns: readonly StagedColumn[]): Reading | null {
    return this.#time.nulls(columns, this.#place, this.#pages);
  }

  firstLoad(columns: readonly StagedColumn[], below: Bound | null): Reading | null {
    return this.#time.pages(columns, this.#place, this.#pages, below);
  }

  positionAfterFirstLoad(mark: Bound, isExact: boolean): Position {
    return this.#time.positionAfterFirstLoad(mark, isExact, this.#place);
  }

  increment(columns: readonly StagedColumn[], bound: Bound): Reading {
    return this.#wholeTicks(columns, null, this.#time.end(bound.value));
  }

  lookback(columns: readonly StagedColumn[], at: Position | null, bound: Bound): Reading | null {
    if (at === null || this.#time.lookbackMs === 0) return null;
    const value = this.#tick(at);
    return this.#wholeTicks(columns, this.#time.windowStart(value), this.#time.end(value), belowTick(this.#origin.alias, this.#time.timestamp, bound.value));
  }

  backfill(columns: readonly StagedColumn[], range: BackfillRange, edge: ReadEdge | null): Reading {
    const where = edge === null ? [] : withinEdge(this.#origin, this.#columns, edge);
    if (range.by === 'id') return backfillById(this.#origin, columns, this.#pages ?? [], range, this.#time.timestamp, where);
    const [from, below] = [range.from, range.to].map((text) => (text === null ? null : this.#time.end(cursorTextOf(this.#time.timestamp, text))));
    return this.#wholeTicks(columns, from!, below!, where);
  }

  positionFromInput({ timestamp, id }: PositionInput): Position {
    if (timestamp === null || id !== null) {
      throw new CdcError('CDC_INPUT', { message: `A position of ${this.#place.table} is a value of ${this.#place.columns[0]!}: the timestamp is needed, and no id.`, details: { columns: this.#place.columns } });
    }
    return { kind: 'tick', column: this.#time.timestamp.name, value: cursorTextOf(this.#time.timestamp, timestamp) };
  }

  checkPosition(position: Position): void {
    this.#tick(position);
  }

  /** From a tick on: a position is the beginning of the first tick that has not been read. */
  #wholeTicks(columns: readonly StagedColumn[], start: ColumnEnd | null, below: ColumnEnd | null, where: readonly RawBuilder<boolean>[] = []): Reading {
    const range: RangeReading = { ...this.#time.range(columns, this.order), hasTies: true, below, where };
    const rangeAfter = (after: Position | null): RangeReading => ({ ...range, from: after === null ? start : this.#time.end(this.#tick(after)) });
    return {
      isPaged: true, splitsAnywhere: false, below: below?.value ?? null,
      cut: (after, limit) => compileRange({ ...rangeAfter(after), columns: [], limit: 1, offset: limit - 1 }),
      query: (after, _limit, cut = null) => compileRange({ ...rangeAfter(after), upTo: cut === null ? null : this.#time.end(cut) }),
      positionOf: (lastCursor) => ({ kind: 'tick', column: this.#time.timestamp.name, value: this.#time.ticks.after(lastCursor[0]!) }),
    };
  }

  #tick(position: Position): string {
    if (position.kind === 'tick') return tickValue(position, this.#place, this.#time.timestamp.name);
    throw otherPosition(this.#place, position);
  }
}
