import type { Position, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { backfillById, noBackfill } from './backfill-by-id.ts';
import { pageColumns } from './cursor-columns.ts';
import { CdcError } from './errors.ts';
import { keysetReading } from './keyset-reading.ts';
import { compileRange, wholeRange } from './range-query.ts';
import { tableOrigin, type RowOrigin } from './row-origin.ts';
import { withinEdge, type ReadEdge } from './read-edge.ts';
import { valuesOf, type CursorPlace } from './stored-position.ts';
import type { BackfillRange, Reading, SnapshotStrategy } from './strategy.ts';
import { wholeReading } from './whole-reading.ts';

export interface FullSyncSettings {
  /** Pages in snapshots of their own: a run goes on where another one stopped. Ignored without a key that can be paged by. */
  readonly resumable: boolean;
  readonly additionalWhere: string | null;
}

/** Reads the whole table in every run: by pages of the primary key, or in one query where there is none. */
export class FullSyncStrategy implements SnapshotStrategy {
  readonly kind = 'snapshot';
  readonly name: 'full_sync' | 'custom_sql';
  readonly order: readonly SourceColumn[];
  readonly versionColumns: readonly string[] = [];
  readonly isResumable: boolean;
  readonly #origin: RowOrigin;
  readonly #columns: readonly SourceColumn[];
  readonly #place: CursorPlace & { readonly kind: 'pk' };

  /**
   * @param query a query that stands in the table's place
   * @throws CdcError when the condition is not closed
   */
  constructor(table: SourceTable, settings: FullSyncSettings, query: RowOrigin | null = null) {
    this.#columns = table.columns;
    this.#origin = query ?? tableOrigin(table, settings.additionalWhere);
    this.name = query === null ? 'full_sync' : 'custom_sql';
    this.order = query === null ? (pageColumns(table) ?? []) : [];
    this.isResumable = settings.resumable && this.order.length > 0;
    this.#place = { table: this.#origin.name, kind: 'pk', columns: this.order.map((column) => column.name) };
  }

  nullProbe(): string | null {
    return null;
  }

  snapshot(columns: readonly StagedColumn[]): Reading {
    const range = wholeRange(this.#origin, columns);
    if (this.order.length === 0) return wholeReading(range);
    return keysetReading(this.#place, null, (after, limit) => compileRange({ ...range, order: this.order, after, limit }));
  }

  backfill(columns: readonly StagedColumn[], range: BackfillRange, edge: ReadEdge | null): Reading {
    if (range.by === 'time') throw noBackfill(this.#origin, 'no timestamp among the columns of its cursor');
    return backfillById(this.#origin, columns, this.order, range, null, edge === null ? [] : withinEdge(this.#origin, this.#columns, edge));
  }

  positionFromInput(): never {
    throw new CdcError('CDC_INPUT', { message: `${this.#origin.name} is read whole in every run: it has no position that could be set.` });
  }

  checkPosition(position: Position): void {
    valuesOf(this.#place, position);
  }
}
