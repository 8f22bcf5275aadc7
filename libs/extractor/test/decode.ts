import type { Secret, StagedColumn } from '@tidemark/domain';
import { ValueProblem } from '../src/columns/value-problem.ts';
import type { SourceBatch } from '../src/ports.ts';
import { RowDecoder } from '../src/reading/row-decoder.ts';
import { rowPacket, type Cell } from './row-packets.ts';
import { queryOver } from './staged-columns.ts';
import { vectorValues } from './vector-values.ts';

/** Decodes cells of one column and gives what the vector holds. */
export function decodeCells(column: StagedColumn, cells: readonly Cell[], hashKey: Secret | null = null): ReturnType<typeof vectorValues> {
  return vectorValues(batchOf(column, cells, hashKey).batch.columns[0]!, column);
}

/** Decodes cells of one column as one batch. */
export function batchOf(column: StagedColumn, cells: readonly Cell[], hashKey: Secret | null = null): SourceBatch {
  const batches: SourceBatch[] = [];
  const decoder = new RowDecoder(queryOver([column]), { maxBatchRows: 10_000_000, maxBatchBytes: 1e9, maxRowBytes: 1e9 }, (batch) => batches.push(batch), hashKey);
  for (const cell of cells) {
    const packet = rowPacket([cell]);
    decoder.row(packet, 0, packet.length);
  }
  decoder.finish();
  return batches[0]!;
}

/** The code with which a cell is refused, and the words for its shape. */
export function refusalOf(column: StagedColumn, cell: Cell, hashKey: Secret | null = null): readonly [string, string] {
  try {
    decodeCells(column, [cell], hashKey);
  } catch (error) {
    if (error instanceof ValueProblem) return [error.code, error.what];
    throw error;
  }
  throw new Error('the cell was taken');
}
