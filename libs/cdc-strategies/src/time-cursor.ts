import type { Bound, ExtractionQuery, Position, SourceColumn, StagedColumn } from '@tidemark/domain';
import { keysetReading } from './keyset-reading.ts';
import { compileCountAbove, compileNewest, compileNullProbe, compileReachProbe } from './newest-query.ts';
import { compileRange, wholeRange, type ColumnEnd, type RangeReading } from './range-query.ts';
import type { RowOrigin } from './row-origin.ts';
import { tickValue, type CursorPlace } from './stored-position.ts';
import type { Reading } from './strategy.ts';
import type { Ticks } from './ticks.ts';
import { wholeReading } from './whole-reading.ts';

export interface TimeCursorOptions {
  readonly origin: RowOrigin;
  readonly timestamp: SourceColumn;
  readonly ticks: Ticks;
  readonly lagMs: number;
  readonly lookbackMs: number;
  readonly nullCursor: 'fail' | 'include' | 'exclude';
}

/** What the strategies that read by a timestamp have in common. */
export class TimeCursor {
  readonly timestamp: SourceColumn;
  readonly ticks: Ticks;
  readonly lookbackMs: number;
  readonly #options: TimeCursorOptions;

  constructor(options: TimeCursorOptions) {
    this.timestamp = options.timestamp;
    this.ticks = options.ticks;
    this.lookbackMs = options.lookbackMs;
    this.#options = options;
  }

  bound(nowUtc: string): Bound {
    return { column: this.timestamp.name, value: this.ticks.bound(nowUtc, this.#options.lagMs) };
  }

  newest(below: Bound | null): ExtractionQuery {
    return compileNewest(this.#options.origin, this.timestamp, below);
  }

  /** On a replica: its newest cursor, since more rows of that tick may arrive. Of a table without rows nothing is left behind. */
  boundAtNewest(newest: string | null): Bound {
    return { column: this.timestamp.name, value: newest ?? this.ticks.beforeAnyRow };
  }

  nullProbe(): string | null {
    if (!this.timestamp.isNullable || this.#options.nullCursor !== 'fail') return null;
    return compileNullProbe(this.#options.origin, this.timestamp);
  }

  reachProbe(value: string): string {
    return compileReachProbe(this.#options.origin, this.timestamp, value);
  }

  aheadCount(nowUtc: string): ExtractionQuery {
    return compileCountAbove(this.#options.origin, this.timestamp, this.ticks.bound(nowUtc, 0));
  }

  /** Rows without a time, in an order where the table has one. */
  nulls(columns: readonly StagedColumn[], table: CursorPlace, order: readonly SourceColumn[] | null): Reading | null {
    if (!this.timestamp.isNullable || this.#options.nullCursor !== 'include') return null;
    const reading = { ...wholeRange(this.#options.origin, columns), onlyNull: this.timestamp };
    if (order === null) return wholeReading(reading);
    return keysetReading({ ...table, kind: 'pk', columns: order.map((column) => column.name) }, null, (after, limit) => compileRange({ ...reading, order, after, limit }));
  }

  /** Pages of the primary key; null without one that can be paged by. */
  pages(columns: readonly StagedColumn[], table: CursorPlace, order: readonly SourceColumn[] | null, below: Bound | null): Reading | null {
    if (order === null) return null;
    const reading: RangeReading = {
      ...wholeRange(this.#options.origin, columns), order,
      notNull: this.timestamp.isNullable && this.#options.nullCursor !== 'include' ? [this.timestamp] : [],
      below: below === null ? null : this.end(below.value),
    };
    return keysetReading({ ...table, kind: 'pk', columns: order.map((column) => column.name) }, null, (after, limit) => compileRange({ ...reading, after, limit }));
  }

  /** A first load that may be read again goes on a lookback before its mark: rows that committed late come with the first increment. */
  positionAfterFirstLoad(mark: Bound, isExact: boolean, table: CursorPlace): Position {
    const value = tickValue(mark, table, this.timestamp.name);
    return { kind: 'tick', column: mark.column, value: this.ticks.before(value, isExact ? 0 : this.lookbackMs) };
  }

  /** Rows with a time. */
  range(columns: readonly StagedColumn[], order: readonly SourceColumn[]): RangeReading {
    return { ...wholeRange(this.#options.origin, columns), order, notNull: this.timestamp.isNullable ? [this.timestamp] : [] };
  }

  end(value: string): ColumnEnd {
    return { column: this.timestamp, value };
  }

  windowStart(value: string): ColumnEnd {
    return this.end(this.ticks.before(value, this.lookbackMs));
  }
}
