import type { Bound, ExtractionQuery, Position, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { backfillById, noBackfill } from './backfill-by-id.ts';
import { idColumns } from './cursor-columns.ts';
import { idTextsOf } from './cursor-input.ts';
import { cursorTypeOf } from './cursor-type.ts';
import { CdcError } from './errors.ts';
import { keysetReading } from './keyset-reading.ts';
import { compileNewest, compileReachProbe } from './newest-query.ts';
import { compileRange, wholeRange } from './range-query.ts';
import { tableOrigin, type RowOrigin } from './row-origin.ts';
import { withinEdge, type ReadEdge } from './read-edge.ts';
import { valuesOf, type CursorPlace } from './stored-position.ts';
import type { BackfillRange, IncrementalStrategy, PositionInput, Reading } from './strategy.ts';

export interface IdOnlySettings {
  /** Null: found from the table's definition. */
  readonly idColumn: string | null;
  /** How far below a position ids are read once more; 0: nothing is read again. */
  readonly idLookback: number;
  readonly additionalWhere: string | null;
}

/** Reads ids after the watermark, up to the greatest one that there was when the run began: rows that are only added. */
export class IdOnlyStrategy implements IncrementalStrategy {
  readonly kind = 'incremental';
  readonly name: 'id_only' | 'custom_sql';
  readonly order: readonly SourceColumn[];
  readonly versionColumns: readonly string[] = [];
  readonly repeatsTimes = false;
  readonly #origin: RowOrigin;
  readonly #columns: readonly SourceColumn[];
  readonly #place: CursorPlace & { readonly kind: 'keyset' };
  readonly #idLookback: number;
  readonly #isPaged: boolean;

  /**
   * @param query a query that stands in the table's place
   * @throws CdcError when the table has no usable id or the condition is not closed
   */
  constructor(table: SourceTable, settings: IdOnlySettings, query: RowOrigin | null = null) {
    this.#columns = table.columns;
    this.#origin = query ?? tableOrigin(table, settings.additionalWhere);
    this.name = query === null ? 'id_only' : 'custom_sql';
    this.#isPaged = query === null;
    this.order = idColumns(table, settings.idColumn);
    this.#place = { table: this.#origin.name, kind: 'keyset', columns: this.order.map((column) => column.name) };
    this.#idLookback = settings.idLookback;
  }

  /** The column whose greatest value ends a run. */
  get id(): SourceColumn {
    return this.order[0]!;
  }

  /** True when ids are numbers, so that a window below one can be told. */
  get canLookBack(): boolean {
    return ['integer', 'decimal'].includes(cursorTypeOf(this.id)?.literal ?? '');
  }

  bound(): null {
    return null;
  }

  newest(): ExtractionQuery {
    return compileNewest(this.#origin, this.id, null);
  }

  /** The greatest id: rows up to it, and with it, are read. */
  boundAtNewest(newest: string | null): Bound | null {
    return newest === null ? null : { column: this.id.name, value: newest };
  }

  nullProbe(): string | null {
    return null;
  }

  reachProbe(at: Position): string | null {
    return compileReachProbe(this.#origin, this.id, valuesOf(this.#place, at)![0]!);
  }

  aheadCount(): null {
    return null;
  }

  nulls(): null {
    return null;
  }

  firstLoad(): null {
    return null;
  }

  positionAfterFirstLoad(): never {
    throw new CdcError('CDC_POSITION', { message: `${this.#origin.name}: a first load was begun by a timestamp; it is read by ${this.id.name} now.`, details: { columns: this.#place.columns } });
  }

  increment(columns: readonly StagedColumn[], bound: Bound): Reading {
    return this.#inOrder(columns, (after) => ({ after, upTo: { column: this.id, value: bound.value } }));
  }

  lookback(columns: readonly StagedColumn[], at: Position | null): Reading | null {
    if (at === null || this.#idLookback === 0 || !this.canLookBack) return null;
    const through = valuesOf(this.#place, at)!;
    const from = { column: this.id, value: lowered(through[0]!, this.#idLookback) };
    return this.#inOrder(columns, (after) => ({ from, after, through }));
  }

  backfill(columns: readonly StagedColumn[], range: BackfillRange, edge: ReadEdge | null): Reading {
    if (range.by === 'time') throw noBackfill(this.#origin, 'no timestamp among the columns of its cursor');
    return backfillById(this.#origin, columns, this.order, range, null, edge === null ? [] : withinEdge(this.#origin, this.#columns, edge));
  }

  positionFromInput({ timestamp, id }: PositionInput): Position {
    if (id === null || timestamp !== null) {
      throw new CdcError('CDC_INPUT', { message: `A position of ${this.#origin.name} is (${this.#place.columns.join(', ')}): the id is needed, and no timestamp.`, details: { columns: this.#place.columns } });
    }
    return { kind: 'keyset', columns: this.#place.columns, values: idTextsOf(this.order, id) };
  }

  checkPosition(position: Position): void {
    valuesOf(this.#place, position);
  }

  #inOrder(columns: readonly StagedColumn[], endsOf: (after: readonly string[] | null) => Partial<Parameters<typeof compileRange>[0]>): Reading {
    const range = { ...wholeRange(this.#origin, columns), order: this.order };
    return { ...keysetReading(this.#place, null, (after, limit) => compileRange({ ...range, ...endsOf(after), limit })), isPaged: this.#isPaged };
  }
}

/** A number's text less a whole number; digits behind the point are cut, which lowers a positive one further. */
function lowered(text: string, by: number): string {
  const [whole] = text.split('.');
  return (BigInt(whole!) - BigInt(by) - (text.startsWith('-') ? 1n : 0n)).toString();
}
