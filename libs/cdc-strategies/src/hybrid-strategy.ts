import type { Bound, ExtractionQuery, Position, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { hybridCursor, type CursorSettings, type HybridCursor } from './cursor-columns.ts';
import { CdcError } from './errors.ts';
import { compileRange, type RangeReading } from './hybrid-query.ts';
import { compileNewest } from './newest-query.ts';
import { checkPredicate } from './predicate.ts';
import { textBefore, tickBound } from './tick-bound.ts';

export interface HybridSettings extends CursorSettings {
  readonly lagMs: number;
  readonly lookbackMs: number;
  readonly lateCommits: 'lookback' | 'accept';
  readonly nullCursor: 'fail' | 'exclude';
  readonly additionalWhere: string | null;
  /** The zone in which DATETIME cursors are written. */
  readonly cursorTimeZone: string;
}

/** Where the time of a TIMESTAMP begins, with room for a lookback before it. */
const BEFORE_ANY_ROW = '1971-01-01 00:00:00.000000';

/**
 * Reads `(timestamp, id)` after the watermark, in that order; the first load goes by primary key.
 * Pure: it compiles queries and makes positions, and connects to nothing.
 */
export class HybridStrategy {
  readonly cursor: HybridCursor;
  readonly #table: SourceTable;
  readonly #settings: HybridSettings;

  /** @throws CdcError when the table has no usable cursor or the condition is not closed */
  constructor(table: SourceTable, settings: HybridSettings) {
    if (settings.additionalWhere !== null) checkPredicate(settings.additionalWhere, `${table.schema}.${table.table}`);
    this.cursor = hybridCursor(table, settings);
    this.#table = table;
    this.#settings = settings;
  }

  /** Read order of increments. */
  get order(): readonly SourceColumn[] {
    return [this.cursor.timestamp, ...this.cursor.tieBreakers];
  }

  /** The exclusive end of a run that begins now. */
  bound(nowUtc: string): Bound {
    return tickBound({ column: this.cursor.timestamp, nowUtc, lagMs: this.#settings.lagMs, zone: this.#settings.cursorTimeZone });
  }

  /** The newest cursor below a bound, as one row without staged columns; no row when there is none. */
  newestBelow(bound: Bound): ExtractionQuery {
    return compileNewest(this.#table, this.cursor.timestamp, bound);
  }

  /**
   * The exclusive end of a run on a replica: its newest cursor, since more rows of that tick may arrive.
   * @param newest text of {@link newestBelow}; null for a table without rows, of which nothing is left behind then
   */
  boundAtNewest(newest: string | null): Bound {
    const { name, datetimePrecision } = this.cursor.timestamp;
    return { column: name, value: newest ?? textBefore(BEFORE_ANY_ROW, 0, datetimePrecision ?? 0) };
  }

  /** True when a first load from nothing goes by primary-key pages. */
  get loadsFirstByKey(): boolean {
    return this.cursor.pages !== null;
  }

  /** A query that gives a row when a cursor is NULL; null when none can be or those rows are left out. */
  nullProbe(): string | null {
    const { timestamp } = this.cursor;
    if (!timestamp.isNullable || this.#settings.nullCursor !== 'fail') return null;
    const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
    const condition = this.#settings.additionalWhere === null ? '' : ` and (${this.#settings.additionalWhere})`;
    return `select 1 from ${quote(this.#table.schema)}.${quote(this.#table.table)} where ${quote(timestamp.name)} is null${condition} limit 1`;
  }

  /** Rows after a position and below the bound, in cursor order. */
  increment(columns: readonly StagedColumn[], after: Position | null, bound: Bound, limit: number): ExtractionQuery {
    const reading = this.#reading(columns, this.order, limit);
    const below = { column: this.cursor.timestamp, value: bound.value };
    if (after === null) return compileRange({ ...reading, below });
    if (after.kind === 'tick') return compileRange({ ...reading, below, from: { column: this.cursor.timestamp, value: this.#tick(after) } });
    return compileRange({ ...reading, below, after: this.#values(after, 'keyset', this.order) });
  }

  /** The next page of a first load, in primary-key order; the bound does not limit it. */
  firstLoadPage(columns: readonly StagedColumn[], after: Position | null, limit: number): ExtractionQuery {
    const order = this.cursor.pages;
    if (order === null) throw new CdcError('CDC_CURSOR_TYPE', { message: `${this.#table.schema}.${this.#table.table} cannot be read by pages of its primary key.` });
    return compileRange({ ...this.#reading(columns, order, limit), after: after === null ? null : this.#values(after, 'pk', order) });
  }

  /** The window at and before a position that is read once more for transactions that committed late; null when there is none. */
  lookback(columns: readonly StagedColumn[], at: Position | null, within: { readonly after: Position | null; readonly limit: number }): ExtractionQuery | null {
    if (at === null || at.kind !== 'keyset' || this.#settings.lateCommits !== 'lookback' || this.#settings.lookbackMs === 0) return null;
    const through = this.#values(at, 'keyset', this.order);
    const start = this.startBefore(at);
    return compileRange({
      ...this.#reading(columns, this.order, within.limit),
      from: { column: this.cursor.timestamp, value: start },
      after: within.after === null ? null : this.#values(within.after, 'keyset', this.order),
      through,
    });
  }

  /**
   * Where increments begin after a first load: the mark that was fixed before it, moved back by the lookback.
   * @throws CdcError `CDC_POSITION` when the mark was fixed for another column
   */
  positionAfterFirstLoad(mark: Bound): Position {
    this.#tick(mark);
    const windowMs = this.#settings.lateCommits === 'lookback' ? this.#settings.lookbackMs : 0;
    return { kind: 'tick', column: mark.column, value: textBefore(mark.value, windowMs, this.cursor.timestamp.datetimePrecision ?? 0) };
  }

  /** The position after a row of an increment or a lookback. */
  keysetPosition(lastCursor: readonly string[]): Position {
    return { kind: 'keyset', columns: this.order.map((column) => column.name), values: lastCursor };
  }

  /** The position after a row of a first-load page. */
  pagePosition(lastCursor: readonly string[]): Position {
    return { kind: 'pk', columns: (this.cursor.pages ?? []).map((column) => column.name), values: lastCursor };
  }

  private startBefore(at: Position & { kind: 'keyset' }): string {
    return textBefore(at.values[0]!, this.#settings.lookbackMs, this.cursor.timestamp.datetimePrecision ?? 0);
  }

  #reading(columns: readonly StagedColumn[], order: readonly SourceColumn[], limit: number): RangeReading {
    const { timestamp } = this.cursor;
    return {
      schema: this.#table.schema, table: this.#table.table, columns, order, after: null, through: null, from: null, below: null,
      notNull: timestamp.isNullable ? [timestamp] : [],
      condition: this.#settings.additionalWhere,
      limit,
    };
  }

  #values(position: Position, kind: 'keyset' | 'pk', order: readonly SourceColumn[]): readonly string[] {
    const names = order.map((column) => column.name);
    if (position.kind === kind && position.columns.join('\0') === names.join('\0')) return position.values;
    const found = position.kind === 'keyset' || position.kind === 'pk' ? `${position.kind} (${position.columns.join(', ')})` : position.kind;
    throw this.#otherPosition(position.kind, found, kind, names);
  }

  /** The value of a tick: another column may count in another zone, so a tick of it says nothing about this one. */
  #tick({ column, value }: Bound): string {
    if (column === this.cursor.timestamp.name) return value;
    throw this.#otherPosition('tick', `tick (${column})`, 'tick', [this.cursor.timestamp.name]);
  }

  #otherPosition(kind: Position['kind'], found: string, expected: 'keyset' | 'pk' | 'tick', columns: readonly string[]): CdcError {
    return new CdcError('CDC_POSITION', {
      message: `${this.#table.schema}.${this.#table.table}: the stored position is ${found}; the cursor is now ${expected} (${columns.join(', ')}).`,
      details: { found: kind, expected, columns },
    });
  }
}
