import type { ColumnBatch, ParquetType } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { batchOf } from '../../test/columns.ts';
import { memoryStore } from '../../test/memory-store.ts';
import { createPartWriter } from './part-writer.ts';

const TYPES: readonly ParquetType[] = [{ physical: 'INT64', logical: 'INT64' }, { physical: 'BYTE_ARRAY', logical: 'STRING' }, { physical: 'BYTE_ARRAY', logical: 'NONE' }];
const COLUMNS = TYPES.map((parquet, c) => ({ name: `c${c}`, parquet }));

/** Rows with a column that repeats and one that does not. */
function rows(from: number, count: number): ColumnBatch {
  const ids = Array.from({ length: count }, (_unused, i) => from + i);
  return batchOf(TYPES, [ids.map(BigInt), ids.map((id) => `word ${id % 7}`), ids.map((id) => `${id} ${Math.imul(id, 0x9e3779b1)} ${'x'.repeat(id % 90)}`)]);
}

/** Writes batches of these sizes; each is spoilt when it is released, as by a reader that fills its memory anew. */
async function written(sizes: readonly number[], compression: 'snappy' | 'gzip' | 'zstd' | 'uncompressed', isSpoilt: boolean): Promise<{ readonly files: Map<string, Uint8Array>; readonly released: number[] }> {
  const store = memoryStore();
  const released: number[] = [];
  const writer = createPartWriter({ openSink: store.openSink, columns: COLUMNS, keyOf: String, targetFileBytes: 400_000, compression });
  let from = 0;
  for (const [number, size] of sizes.entries()) {
    const batch = rows(from, size);
    from += size;
    await writer.write({
      ...batch,
      release: () => {
        released.push(number);
        if (isSpoilt) for (const { bytes, defined } of batch.columns) for (const memory of [bytes, defined]) memory.fill(0xff);
      },
    });
  }
  await writer.finish();
  return { files: store.files, released };
}

test.each(['snappy', 'gzip', 'zstd', 'uncompressed'] as const)('each batch is released once, in order, and nothing of it is read after that: %s', async (compression) => {
  for (const sizes of [[10], [500, 500, 500], [20_000, 1, 300, 9_000, 9_000], Array.from({ length: 60 }, (_unused, i) => 100 + 37 * i)]) {
    const plain = await written(sizes, compression, false);
    const spoilt = await written(sizes, compression, true);
    expect(spoilt.files).toEqual(plain.files);
    expect(spoilt.released).toEqual(sizes.map((_size, number) => number));
  }
});

test('after a failure no batch is released', async () => {
  const store = memoryStore((step) => {
    if (step === 'write') throw new Error('no more');
  });
  const writer = createPartWriter({ openSink: store.openSink, columns: COLUMNS, keyOf: String, targetFileBytes: 400_000, compression: 'snappy' });
  let released = 0;
  const writing = async (): Promise<void> => {
    for (let i = 0; i < 50; i++) await writer.write({ ...rows(i * 2000, 2000), release: () => (released += 1) });
  };
  await expect(writing()).rejects.toThrow('no more');
  expect(released).toBe(0);
});
