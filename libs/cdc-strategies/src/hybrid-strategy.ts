import type { Bound, ExtractionQuery, Position, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { hybridCursor, type CursorSettings, type HybridCursor } from './cursor-columns.ts';
import { cursorTextOf, idTextsOf } from './cursor-input.ts';
import { CdcError } from './errors.ts';
import { compileNewest } from './newest-query.ts';
import { checkPredicate } from './predicate.ts';
import { compileRange, type RangeReading } from './range-query.ts';
import { keysetReading } from './keyset-reading.ts';
import { tickValue, valuesOf, type CursorPlace } from './stored-position.ts';
import type { BackfillRange, IncrementalStrategy, PositionInput, Reading } from './strategy.ts';
import { ticksOf, type Ticks, type TimestampFormat } from './ticks.ts';

export interface HybridSettings extends CursorSettings {
  readonly timestampFormat: TimestampFormat;
  readonly lagMs: number;
  /** 0: nothing is read again. */
  readonly lookbackMs: number;
  readonly nullCursor: 'fail' | 'exclude';
  readonly additionalWhere: string | null;
  /** The zone in which DATETIME cursors are written. */
  readonly cursorTimeZone: string;
}

/** Reads `(timestamp, id)` after the watermark, in that order; the first load goes by primary key. */
export class HybridStrategy implements IncrementalStrategy {
  readonly kind = 'incremental';
  readonly name = 'hybrid';
  readonly cursor: HybridCursor;
  /** Read order of increments. */
  readonly order: readonly SourceColumn[];
  readonly versionColumns: readonly string[];
  readonly #table: SourceTable;
  readonly #place: CursorPlace;
  readonly #settings: HybridSettings;
  readonly #ticks: Ticks;

  /** @throws CdcError when the table has no usable cursor or the condition is not closed */
  constructor(table: SourceTable, settings: HybridSettings) {
    if (settings.additionalWhere !== null) checkPredicate(settings.additionalWhere, `${table.schema}.${table.table}`);
    this.cursor = hybridCursor(table, settings);
    this.order = [this.cursor.timestamp, ...this.cursor.tieBreakers];
    this.versionColumns = [this.cursor.timestamp.name];
    this.#table = table;
    this.#place = { table: `${table.schema}.${table.table}`, kind: 'keyset', columns: this.order.map((column) => column.name) };
    this.#settings = settings;
    this.#ticks = ticksOf(this.cursor.timestamp, settings.timestampFormat, settings.cursorTimeZone);
  }

  bound(nowUtc: string): Bound {
    return { column: this.cursor.timestamp.name, value: this.#ticks.bound(nowUtc, this.#settings.lagMs) };
  }

  newest(below: Bound | null): ExtractionQuery {
    return compileNewest(this.#table, this.cursor.timestamp, below);
  }

  /** On a replica: its newest cursor, since more rows of that tick may arrive. Of a table without rows nothing is left behind. */
  boundAtNewest(newest: string | null): Bound {
    return { column: this.cursor.timestamp.name, value: newest ?? this.#ticks.beforeAnyRow };
  }

  nullProbe(): string | null {
    const { timestamp } = this.cursor;
    if (!timestamp.isNullable || this.#settings.nullCursor !== 'fail') return null;
    const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
    const condition = this.#settings.additionalWhere === null ? '' : ` and (${this.#settings.additionalWhere})`;
    return `select 1 from ${quote(this.#table.schema)}.${quote(this.#table.table)} where ${quote(timestamp.name)} is null${condition} limit 1`;
  }

  increment(columns: readonly StagedColumn[], bound: Bound): Reading {
    const below = { column: this.cursor.timestamp, value: bound.value };
    return this.#inCursorOrder(bound.value, (after, limit) => {
      const reading = { ...this.#reading(columns, this.order, limit), below };
      if (after?.kind === 'tick') return { ...reading, from: { column: this.cursor.timestamp, value: tickValue(after, this.#place, this.cursor.timestamp.name) } };
      return { ...reading, after: this.#keysetValues(after) };
    });
  }

  firstLoad(columns: readonly StagedColumn[], below: Bound | null): Reading | null {
    const order = this.cursor.pages;
    if (order === null) return null;
    return keysetReading({ ...this.#place, kind: 'pk', columns: order.map((column) => column.name) }, null, (after, limit) =>
      compileRange({ ...this.#reading(columns, order, limit), after, ...(below === null ? {} : { below: { column: this.cursor.timestamp, value: below.value } }) }),
    );
  }

  lookback(columns: readonly StagedColumn[], at: Position | null): Reading | null {
    if (at === null || this.#settings.lookbackMs === 0) return null;
    const { timestamp } = this.cursor;
    const windowOf = (text: string): RangeReading['from'] => ({ column: timestamp, value: this.#ticks.before(text, this.#settings.lookbackMs) });
    if (at.kind === 'tick') {
      const value = tickValue(at, this.#place, timestamp.name);
      return this.#inCursorOrder(value, (after, limit) => ({ ...this.#reading(columns, this.order, limit), from: windowOf(value), after: this.#keysetValues(after), below: { column: timestamp, value } }));
    }
    const through = this.#keysetValues(at)!;
    return this.#inCursorOrder(null, (after, limit) => ({ ...this.#reading(columns, this.order, limit), from: windowOf(through[0]!), after: this.#keysetValues(after), through }));
  }

  /** A first load that may be read again goes on a lookback before its mark: rows that committed late come with the first increment. */
  positionAfterFirstLoad(mark: Bound, isExact: boolean): Position {
    const value = tickValue(mark, this.#place, this.cursor.timestamp.name);
    return { kind: 'tick', column: mark.column, value: this.#ticks.before(value, isExact ? 0 : this.#settings.lookbackMs) };
  }

  backfill(columns: readonly StagedColumn[], { by, from, to }: BackfillRange): Reading {
    const { timestamp, tieBreakers } = this.cursor;
    if (by === 'time') {
      const [start, end] = [from, to].map((text) => (text === null ? null : { column: timestamp, value: cursorTextOf(timestamp, text) }));
      return this.#inCursorOrder(end?.value ?? null, (after, limit) => ({ ...this.#reading(columns, this.order, limit), from: start ?? null, below: end ?? null, after: this.#keysetValues(after) }));
    }
    const first = tieBreakers[0]!;
    const start = from === null ? null : { column: first, value: cursorTextOf(first, from) };
    const end = to === null ? null : { column: first, value: cursorTextOf(first, to) };
    return keysetReading({ ...this.#place, kind: 'pk', columns: tieBreakers.map((column) => column.name) }, null, (after, limit) =>
      compileRange({ ...this.#reading(columns, tieBreakers, limit), from: start, upTo: end, after }),
    );
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
  #inCursorOrder(below: string | null, rangeOf: (after: Position | null, limit: number | null) => RangeReading): Reading {
    return {
      isPaged: true, splitsAnywhere: true, below,
      cut: () => null,
      query: (after, limit) => compileRange(rangeOf(after, limit)),
      positionOf: (lastCursor) => ({ kind: 'keyset', columns: this.#place.columns, values: lastCursor }),
    };
  }

  #keysetValues(position: Position | null): readonly string[] | null {
    return valuesOf(this.#place, position);
  }

  #reading(columns: readonly StagedColumn[], order: readonly SourceColumn[], limit: number | null): RangeReading {
    const { timestamp } = this.cursor;
    return {
      schema: this.#table.schema, table: this.#table.table, columns, order, after: null, through: null, from: null, upTo: null, below: null,
      notNull: timestamp.isNullable ? [timestamp] : [],
      condition: this.#settings.additionalWhere,
      limit,
    };
  }
}
