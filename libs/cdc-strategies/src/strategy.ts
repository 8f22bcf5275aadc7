import type { Bound, ExtractionQuery, Position, SourceColumn, StagedColumn } from '@tidemark/domain';
import type { ReadEdge } from './read-edge.ts';

export type StrategyName = 'hybrid' | 'timestamp_only' | 'id_only' | 'full_sync' | 'custom_sql';

/** A range of a table, read query by query until one gives fewer rows than were asked for. */
export interface Reading {
  /** False when one query gives the whole range: it takes no limit but that of the run. */
  readonly isPaged: boolean;
  /** True when a batch may end after any row; false when it ends only where a query ends. */
  readonly splitsAnywhere: boolean;
  /** Every row's first cursor column lies below this text; null without an end in that order. */
  readonly below: string | null;
  /**
   * A query of at most one row, whose cursor is the text at which {@link query} has to end so that it has about `limit` rows; no row: it may go to
   * the end of the range. Null when the limit itself ends a query.
   */
  cut(after: Position | null, limit: number): ExtractionQuery | null;
  /**
   * Rows after a position, in the read order.
   * @param limit most rows; ignored where a cut ends the query. Null without one
   * @param cut what the query of `cut` gave
   * @throws CdcError `CDC_POSITION` for a position of another strategy or of other columns
   */
  query(after: Position | null, limit: number | null, cut?: string | null): ExtractionQuery;
  /** The position after a row; null where reading cannot go on after a row. */
  positionOf(lastCursor: readonly string[]): Position | null;
}

/** What a person says about a position: the server's text of the cursor's time, and of its id. Several columns of an id are a JSON array of texts. */
export interface PositionInput {
  readonly timestamp: string | null;
  readonly id: string | null;
}

/** Rows to read once more. `time`: from a time on, below another; `id`: from an id through another. Null is open. */
export interface BackfillRange {
  readonly by: 'time' | 'id';
  readonly from: string | null;
  readonly to: string | null;
  /** Of a range of ids: rows at or above this bound of the strategy are left to the increments. */
  readonly below?: Bound;
}

interface StrategyBase {
  readonly name: StrategyName;
  /** Read order of increments, or of pages; empty without one. */
  readonly order: readonly SourceColumn[];
  /** Source names of the columns by which the newest version of a key wins; empty when whatever is read later wins. */
  readonly versionColumns: readonly string[];
  /** A query that gives a row when one has no place in the read order and must not be left out; null when there can be none. */
  nullProbe(): string | null;
  /**
   * @param edge leaves out what was not read yet; null reads that too
   * @throws CdcError `CDC_BACKFILL` when the strategy has no column for such a range; `CDC_INPUT` for a text that its column cannot have
   */
  backfill(columns: readonly StagedColumn[], range: BackfillRange, edge: ReadEdge | null): Reading;
  /** @throws CdcError `CDC_INPUT` when a needed part is missing, or a text is none that its column can have */
  positionFromInput(input: PositionInput): Position;
  /** @throws CdcError `CDC_POSITION` when reading cannot go on at this position */
  checkPosition(position: Position): void;
}

/** Reads what is new since a position, up to a bound that is fixed when a run begins. */
export interface IncrementalStrategy extends StrategyBase {
  readonly kind: 'incremental';
  /**
   * True when the clock of the read order shows some times twice: a row that is read at or above a bound may change later and have an earlier
   * time than it was read with, which a merge takes for an older version. Such rows are left to the increments.
   */
  readonly repeatsTimes: boolean;
  /** The end of a run that begins now, by the server's clock; null when the clock says nothing about the read order. */
  bound(nowUtc: string): Bound | null;
  /** The newest value of the first cursor column, below a bound where there is one: one row without staged columns, or none. */
  newest(below: Bound | null): ExtractionQuery;
  /** The end of a run at the newest value; null when there is nothing to read. */
  boundAtNewest(newest: string | null): Bound | null;
  /**
   * The first load in primary-key order; null when increments read the table from the beginning.
   * @param below leaves out rows that the first increment will read
   */
  firstLoad(columns: readonly StagedColumn[], below: Bound | null): Reading | null;
  /**
   * Where increments begin after a first load whose mark was fixed before it.
   * @param isExact true when nothing may be read again
   */
  positionAfterFirstLoad(mark: Bound, isExact: boolean): Position;
  increment(columns: readonly StagedColumn[], bound: Bound): Reading;
  /** Rows that have no place in the read order and are read whole in every run; null when there can be none, or they are left out. */
  nulls(columns: readonly StagedColumn[]): Reading | null;
  /** A query that gives a row when the table still reaches a position that was taken from a row; null when the position was not. */
  reachProbe(at: Position): string | null;
  /** A query whose one cursor text is the number of rows dated after now; null when rows have no date. */
  aheadCount(nowUtc: string): ExtractionQuery | null;
  /**
   * What is read once more at and before a position, for transactions that committed late; null when there is nothing.
   * @param bound no tick that is still open is read, though the clock of another server may be behind the position
   */
  lookback(columns: readonly StagedColumn[], at: Position | null, bound: Bound): Reading | null;
}

/** Reads the whole table in every run. */
export interface SnapshotStrategy extends StrategyBase {
  readonly kind: 'snapshot';
  /** True when pages are read in snapshots of their own, and a run goes on where another one stopped. */
  readonly isResumable: boolean;
  snapshot(columns: readonly StagedColumn[]): Reading;
}

/**
 * How a table is read. Pure: it compiles queries and makes positions, and connects to nothing.
 * Who drives it need not know which strategy it is.
 */
export type Strategy = IncrementalStrategy | SnapshotStrategy;
