import type { ColumnBatch, ColumnVector } from '@tidemark/domain';

/** A batch whose memory can go back to the decoder that filled it. */
export class DecodedBatch implements ColumnBatch {
  readonly rowCount: number;
  readonly byteLength: number;
  readonly columns: readonly ColumnVector[];
  readonly lastCursor: readonly string[];
  #giveBack: ((vectors: readonly ColumnVector[]) => void) | null;

  constructor({ rowCount, byteLength, columns, lastCursor }: Pick<ColumnBatch, 'rowCount' | 'byteLength' | 'columns' | 'lastCursor'>, giveBack: (vectors: readonly ColumnVector[]) => void) {
    this.rowCount = rowCount;
    this.byteLength = byteLength;
    this.columns = columns;
    this.lastCursor = lastCursor;
    this.#giveBack = giveBack;
  }

  /** May be repeated. */
  release(): void {
    this.#giveBack?.(this.columns);
    this.#giveBack = null;
  }
}
