import type { StagedColumn } from './staged-column.ts';

/** How two server texts of a cursor column can be ordered outside the server; `server` means they cannot. */
export type CursorOrder = 'number' | 'time' | 'binary' | 'server';

export interface CursorColumn {
  /** Source column. */
  readonly name: string;
  /** Its place in the result row; at `columns.length` and above it was selected for the cursor only and is not staged. */
  readonly index: number;
  readonly order: CursorOrder;
}

/** A compiled reading of one range, ready for the text protocol. */
export interface ExtractionQuery {
  /** Complete SQL: every value has gone through the literal encoder. */
  readonly sql: string;
  /** What the result's first columns are, in order. */
  readonly columns: readonly StagedColumn[];
  /** Read order, outermost first; empty when the reading has none. */
  readonly cursor: readonly CursorColumn[];
  /** Every row's cursor lies after these texts; null reads from the beginning. */
  readonly after: readonly string[] | null;
  /** Every row's first cursor column lies below this text; null means no bound. */
  readonly below: string | null;
  /** The query's LIMIT; null without one. */
  readonly maxRows: number | null;
  /** True when rows may share their cursor, and the first ones may lie at `after` itself. */
  readonly hasTies?: boolean;
}
