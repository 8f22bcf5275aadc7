import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowPacket, type Cell } from '../../test/row-packets.ts';
import { cursorColumn, decimalColumn, queryOver, staged } from '../../test/staged-columns.ts';
import type { SourceBatch } from '../ports.ts';
import { RowBlock } from './row-block.ts';
import { cellCountOf, RowDecoder } from './row-decoder.ts';

const QUERY = queryOver(
  [staged('int64', { source: 'id' }), staged('int32', { source: 'n' }), decimalColumn(9, 2), staged('boolean', { source: 'flag' }), staged('date', { source: 'day' }), staged('utf8', { source: 'text', maxBytes: 2000 }), staged('bytes', { source: 'bytes' })],
  { cursor: [cursorColumn('id', 0, 'number')] },
);

type Batch = SourceBatch['batch'];
/** What becomes of a batch: it stays with its receiver, comes back after a few others, or goes to another thread. */
type Fate = 'kept' | 'back' | 'sent';

function row(id: number, length: number): Cell[] {
  const isNull = length % 7 === 3;
  return [String(id), isNull ? null : String(id % 1000), `${id % 50}.25`, isNull ? null : String(id & 1), isNull ? null : '2024-02-29', isNull ? null : `é${'x'.repeat(length)}`, null];
}

/** The vectors that rows become in batches of these sizes, by a decoder whose memory is never given back. */
function plain(rows: readonly Cell[][], sizes: readonly number[]): readonly Batch['columns'][] {
  let from = 0;
  return sizes.map((size) => {
    const taken: Batch[] = [];
    const decoder = new RowDecoder(QUERY, { maxBatchRows: 1e6, maxBatchBytes: 1e9, maxRowBytes: 1e9 }, ({ batch }) => taken.push(batch));
    for (const cells of rows.slice(from, from + size)) {
      const packet = rowPacket(cells);
      decoder.row(packet, 0, packet.length);
    }
    decoder.finish();
    from += size;
    return taken[0]!.columns;
  });
}

/** Hands rows in by chunks and gives what each batch held when it was last its receiver's. */
function withFates(rows: readonly Cell[][], maxBatchBytes: number, rowsOfChunk: number, fates: readonly Fate[]): { readonly columns: Batch['columns'][]; readonly sizes: number[] } {
  const columns: Batch['columns'][] = [];
  const sizes: number[] = [];
  const held: (() => void)[] = [];
  const decoder = new RowDecoder(QUERY, { maxBatchRows: 100_000, maxBatchBytes, maxRowBytes: 1e9 }, ({ batch }) => {
    const number = sizes.push(batch.rowCount) - 1;
    const fate = fates[number % fates.length]!;
    const leave = (): void => {
      columns[number] = structuredClone(batch.columns, fate === 'sent' ? { transfer: [...new Set(batch.columns.flatMap(({ bytes, defined }) => [bytes.buffer as ArrayBuffer, defined.buffer as ArrayBuffer]))] } : {});
      if (fate === 'kept') return;
      if (fate === 'back') for (const { bytes, defined } of batch.columns) for (const memory of [bytes, defined]) new Uint8Array(memory.buffer).fill(0xee);
      batch.release!();
      batch.release!();
    };
    if (fate === 'sent') leave();
    else held.push(leave);
    if (held.length > 2) held.shift()!();
  });
  const block = new RowBlock(cellCountOf(QUERY));
  for (let from = 0; from < rows.length; from += rowsOfChunk) {
    const packets = rows.slice(from, from + rowsOfChunk).map(rowPacket);
    const wire = Buffer.concat(packets);
    let at = 0;
    for (const { length } of packets) expect(block.add(wire, at, (at += length))).toBe(true);
    block.walk();
    for (let next = 0; next < block.rowCount; ) {
      const count = decoder.rows(block, next);
      if (count === 0) decoder.row(wire, block.starts[next]!, block.ends[next]!);
      next += count || 1;
    }
    block.clear();
  }
  decoder.finish();
  for (const leave of held) leave();
  return { columns, sizes };
}

test('I6: batches stay what they were while memory of others is used again, whatever their sizes', () => {
  const phase = fc.tuple(fc.integer({ min: 1, max: 2500 }), fc.constantFrom(0, 3, 40, 400, 1500));
  fc.assert(
    fc.property(fc.array(phase, { minLength: 1, maxLength: 5 }), fc.constantFrom(5000, 60_000, 250_000), fc.integer({ min: 1, max: 900 }), fc.array(fc.constantFrom<Fate>('kept', 'back', 'back', 'sent'), { minLength: 1, maxLength: 5 }), (phases, maxBatchBytes, rowsOfChunk, fates) => {
      const rows = phases.flatMap(([count, length]) => Array.from({ length: count }, () => length)).map((length, id) => row(id, length));
      const { columns, sizes } = withFates(rows, maxBatchBytes, rowsOfChunk, fates);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(rows.length);
      const expected = plain(rows, sizes);
      for (const [number, batch] of columns.entries()) for (const [index, { bytes, defined, valueCount }] of batch.entries()) {
        const vector = expected[number]![index]!;
        expect(valueCount).toBe(vector.valueCount);
        expect(Buffer.compare(bytes, vector.bytes) | Buffer.compare(defined, vector.defined)).toBe(0);
      }
    }),
    { numRuns: 12, examples: [[[[1200, 0], [100, 1500], [1200, 0]], 60_000, 50, ['back']], [[[1, 3], [1, 3], [2500, 3]], 5000, 1, ['sent']]] },
  );
});
