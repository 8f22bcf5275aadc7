import { setImmediate } from 'node:timers/promises';
import { joinVectors, type RowRange } from '../values/row-range.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';
import { codecOf, type Compression } from './codec.ts';
import { ColumnEncoder, type EncodedColumnChunk } from './column-chunk.ts';
import { EncoderMemory } from './encoder-memory.ts';

/** A row group ready to be appended to any file with the same columns. Plain data. */
export interface EncodedRowGroup {
  readonly rowCount: number;
  /** Bytes of all chunks. */
  readonly byteLength: number;
  readonly columns: readonly EncodedColumnChunk[];
}

/** Turns rows into a row group. */
export interface RowGroupEncoder {
  /** Encodes consecutive ranges, at least one row, as one row group. One call at a time. */
  encode(ranges: readonly RowRange[]): Promise<EncodedRowGroup>;
  /** Gives its memory up: no row group is being encoded, and none comes for a while. */
  giveUpMemory(): void;
}

/** An encoder in the calling thread, which other work gets back after every column. */
export function rowGroupEncoder(columns: readonly ParquetColumn[], compression: Compression): RowGroupEncoder {
  const codec = codecOf(compression);
  const memory = new EncoderMemory();
  const encoders = columns.map((column) => new ColumnEncoder(column, codec, memory));
  return {
    async encode(ranges) {
      const rowCount = ranges.reduce((sum, range) => sum + range.rowCount, 0);
      const chunks: EncodedColumnChunk[] = [];
      for (const [c, encoder] of encoders.entries()) {
        const vector = joinVectors(ranges.map((range) => range.columns[c]!), memory.join);
        chunks.push(await encoder.encode(vector, rowCount));
        await setImmediate();
      }
      return { rowCount, byteLength: chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0), columns: chunks };
    },
    giveUpMemory: () => memory.giveUp(),
  };
}
