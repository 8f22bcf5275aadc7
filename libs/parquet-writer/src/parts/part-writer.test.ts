import { createHash } from 'node:crypto';
import type { ColumnBatch, ParquetType } from '@tidemark/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchOf } from '../../test/columns.ts';
import { footerOf } from '../../test/file-layout.ts';
import { memoryStore, type MemoryStore } from '../../test/memory-store.ts';
import { Readers } from '../../test/read-back.ts';
import { encoderThreads, type EncoderThreads } from '../threads/encoder-threads.ts';
import { createPartWriter, type PartWriter } from './part-writer.ts';

let readers: Readers;
let oneThread: EncoderThreads;
beforeAll(async () => {
  readers = await Readers.open();
  oneThread = encoderThreads(1);
});
afterAll(async () => {
  await readers[Symbol.asyncDispose]();
  await oneThread[Symbol.asyncDispose]();
});

const TYPES: readonly ParquetType[] = [{ physical: 'INT64', logical: 'INT64' }, { physical: 'BYTE_ARRAY', logical: 'NONE' }];
const COLUMNS = TYPES.map((parquet, c) => ({ name: `c${c}`, parquet }));

let threads: { readonly threads?: EncoderThreads };

function writerTo(store: MemoryStore, targetFileBytes: number, maxFileRows: number | null = null): PartWriter {
  return createPartWriter({ openSink: store.openSink, columns: COLUMNS, keyOf: (part) => `part-${part}`, targetFileBytes, maxFileRows, compression: 'snappy', ...threads });
}

/** Waits for everything that was written before: in a thread a write resolves when the one before it is done. */
const settled = (writer: PartWriter): Promise<void> => writer.write(rows(0, 0, 1));

/** Rows whose second column does not compress, `bytes` each. */
function rows(from: number, count: number, bytes: number): ColumnBatch {
  const noise = (i: number): Uint8Array => {
    const out = new Uint8Array(bytes);
    let state = (i + 1) * 2_654_435_761;
    for (let k = 0; k < bytes; k++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      out[k] = state >>> 24;
    }
    return out;
  };
  return batchOf(TYPES, [Array.from({ length: count }, (_, i) => BigInt(from + i)), Array.from({ length: count }, (_, i) => noise(from + i))]);
}

describe.each([{ where: 'in this thread', isThreaded: false }, { where: 'in a thread of its own', isThreaded: true }])('$where', ({ isThreaded }) => {
  beforeAll(() => {
    threads = isThreaded ? { threads: oneThread } : {};
  });

  describe('parts', () => {
    test('each is named, counted, hashed and complete, and together they hold every row once', async () => {
      const store = memoryStore();
      const writer = writerTo(store, 300_000);
      for (let i = 0; i < 20; i++) await writer.write(rows(i * 500, 500, 100));
      const parts = await writer.finish();

      expect(parts.map(({ key }) => key)).toEqual(parts.map((_, i) => `part-${i}`));
      expect([...store.files.keys()]).toEqual(parts.map(({ key }) => key));
      const ids: bigint[] = [];
      for (const part of parts) {
        const file = store.files.get(part.key)!;
        expect(part).toEqual({
          key: part.key,
          etag: `"${createHash('md5').update(file).digest('hex')}"`,
          bytes: file.length,
          sha256: createHash('sha256').update(file).digest('hex'),
          rows: Number(footerOf(file).num_rows),
        });
        ids.push(...((await readers.duckdb(file, TYPES))[0] as bigint[]));
      }
      expect(ids).toEqual(Array.from({ length: 10_000 }, (_, i) => BigInt(i)));
      expect(store.aborted).toEqual([]);
    });

    test('all sizes are near the target, and the last one is no crumb', async () => {
      const target = 200_000;
      for (let count = 10; count < 100; count += 7) {
        const store = memoryStore();
        const writer = writerTo(store, target);
        for (let i = 0; i < count; i++) await writer.write(rows(i * 100, 100, 100));
        const sizes = (await writer.finish()).map(({ bytes }) => bytes);
        expect(sizes.length).toBeGreaterThan(0);
        for (const size of sizes) {
          expect(size).toBeLessThan(target * 1.75);
          if (sizes.length > 1) expect(size).toBeGreaterThan(target / 4);
        }
      }
    });

    test.each([[1, 5], [2, 5], [3, 10], [100, 100], [100, 101], [100, 399], [250, 1003], [1000, 999], [1000, 1001], [1000, 2600]])('none has more rows than %i of %i, and the last ones share what is left', async (most, count) => {
      const store = memoryStore();
      const writer = writerTo(store, 64 << 20, most);
      for (let from = 0; from < count; from += 70) await writer.write(rows(from, Math.min(70, count - from), 20));
      const parts = await writer.finish();

      expect(parts.reduce((sum, part) => sum + part.rows, 0)).toBe(count);
      for (const part of parts) {
        expect(part.rows).toBeLessThanOrEqual(most);
        expect(part.rows).toBe(Number(footerOf(store.files.get(part.key)!).num_rows));
        if (parts.length > 1) expect(part.rows).toBeGreaterThanOrEqual(Math.max(1, Math.floor(most / 4)));
      }
      expect(parts.length).toBeLessThanOrEqual(Math.ceil(count / most) + 1);
    });

    test('a batch without rows gives no part, and opens no upload', async () => {
      const store = memoryStore();
      const writer = writerTo(store, 1000);
      await writer.write(rows(0, 0, 1));
      expect(await writer.finish()).toEqual([]);
      expect(store.files.size).toBe(0);
    });

    test('one column batch larger than a row group is cut; many small ones share one', async () => {
      const large = memoryStore();
      const writer = writerTo(large, 10_000_000);
      await writer.write(rows(0, 120_000, 100));
      expect(footerOf(large.files.get((await writer.finish())[0]!.key)!).row_groups.length).toBeGreaterThan(1);

      const small = memoryStore();
      const other = writerTo(small, 10_000_000);
      for (let i = 0; i < 50; i++) await other.write(rows(i, 1, 100));
      expect(footerOf(small.files.get((await other.finish())[0]!.key)!).row_groups).toHaveLength(1);
    });

    test('bytes leave while rows still come: no sink waits for the end', async () => {
      const store = memoryStore();
      const writer = writerTo(store, 400_000);
      await writer.write(rows(0, 5000, 100));
      await settled(writer);
      expect(store.chunkSizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(300_000);
      await writer.finish();
    });
  });

  describe('failures', () => {
    const boom = new Error('the store is gone');

    test.each(['open', 'write', 'close'] as const)('a sink that fails at %s rejects with its error, and the upload is given up', async (at) => {
      const store = memoryStore((step) => {
        if (step === at) throw boom;
      });
      const writer = writerTo(store, 1_000_000);
      await writer.write(rows(0, 10, 10));
      await expect(writer.finish()).rejects.toBe(boom);
      await writer.abort();
      expect(store.aborted).toEqual(at === 'open' ? [] : ['part-0']);
      expect(store.files.size).toBe(0);
      await expect(writer.write(rows(0, 1, 1))).rejects.toBe(boom);
      await expect(writer.finish()).rejects.toBe(boom);
    });

    test('a part that fails to close in the background rejects the call that runs, at once, and the next part is given up', async () => {
      const stuck = Promise.withResolvers<void>();
      const closed = Promise.withResolvers<void>();
      const store = memoryStore(async (step, key) => {
        if (key === 'part-0' && step === 'close') {
          await closed.promise;
          throw boom;
        }
        if (key === 'part-1' && step === 'write') {
          closed.resolve();
          await stuck.promise;
        }
      });
      const writer = writerTo(store, 100_000);
      await expect((async () => {
        for (let i = 0; i < 100; i++) await writer.write(rows(i * 500, 500, 100));
      })()).rejects.toBe(boom);
      stuck.resolve();
      await writer.abort();
      expect(store.aborted.toSorted()).toEqual(['part-0', 'part-1']);
      expect(store.files.size).toBe(0);
    });

    test('a part that fails to close between two calls rejects the next call', async () => {
      const store = memoryStore((step, key) => {
        if (key === 'part-0' && step === 'close') throw boom;
      });
      const writer = writerTo(store, 100_000);
      await expect((async () => {
        for (let i = 0; i < 100; i++) {
          await writer.write(rows(i * 500, 500, 100));
          await new Promise(setImmediate);
        }
      })()).rejects.toBe(boom);
      await writer.abort();
      expect(store.aborted).toContain('part-0');
    });

    test('a sink that stored another number of bytes is not believed', async () => {
      const store = memoryStore();
      const writer = createPartWriter({
        openSink: async (key) => {
          const sink = await store.openSink(key);
          return { ...sink, close: async () => ({ ...(await sink.close()), byteLength: 7 }) };
        },
        columns: COLUMNS, keyOf: (part) => `part-${part}`, targetFileBytes: 1000, compression: 'snappy', ...threads,
      });
      await writer.write(rows(0, 10, 10));
      await expect(writer.finish()).rejects.toMatchObject({ code: 'PARQUET_SINK_SIZE_MISMATCH', exit: 14, details: { stored: 7 } });
    });

    test('a batch that contradicts itself ends the writer', async () => {
      const store = memoryStore();
      const writer = writerTo(store, 1000);
      await expect(writer.write({ ...rows(0, 2, 1), rowCount: 3 }).then(() => settled(writer))).rejects.toMatchObject({ code: 'PARQUET_BATCH_INVALID' });
      await expect(writer.finish()).rejects.toMatchObject({ code: 'PARQUET_BATCH_INVALID' });
    });
  });

  describe('giving up', () => {
    test('every open upload is aborted, and the call that runs rejects', async () => {
      const stuck = Promise.withResolvers<void>();
      const reached = Promise.withResolvers<void>();
      const store = memoryStore((step) => {
        if (step !== 'write') return undefined;
        reached.resolve();
        return stuck.promise;
      });
      const writer = writerTo(store, 1_000_000);
      await writer.write(rows(0, 10, 10));
      const finishing = writer.finish().catch((error: unknown) => error);
      await reached.promise;
      await writer.abort();
      expect(await finishing).toMatchObject({ code: 'PARQUET_ABORTED', exit: 130 });
      await writer.abort();
      stuck.resolve();
      expect(store.aborted).toEqual(['part-0']);
    });

    test('an upload that is just being opened is aborted as soon as it is there', async () => {
      const opening = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      const store = memoryStore((step) => {
        if (step !== 'open') return undefined;
        asked.resolve();
        return opening.promise;
      });
      const writer = writerTo(store, 100_000);
      const writing = writer.write(rows(0, 2000, 100)).then(() => writer.finish()).catch((error: unknown) => error);
      await asked.promise;
      const aborting = writer.abort();
      expect(await writing).toMatchObject({ code: 'PARQUET_ABORTED' });
      opening.resolve();
      await aborting;
      expect(store.aborted).toEqual(['part-0']);
    });

    test('an abort while rows are encoded opens no upload any more', async () => {
      const store = memoryStore();
      const writer = writerTo(store, 100_000);
      const writing = writer.write(rows(0, 2000, 100)).then(() => writer.finish()).catch((error: unknown) => error);
      await writer.abort();
      expect(await writing).toMatchObject({ code: 'PARQUET_ABORTED' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect([...store.files.keys(), ...store.aborted, ...store.chunkSizes]).toEqual([]);
    });

    test('an upload that cannot be given up is reported, each time', async () => {
      const store = memoryStore((step) => {
        if (step === 'abort') throw new Error('no');
      });
      const writer = writerTo(store, 100_000);
      await writer.write(rows(0, 2000, 100));
      await settled(writer);
      for (let i = 0; i < 2; i++) await expect(writer.abort()).rejects.toMatchObject({ code: 'PARQUET_ABORT_FAILED', exit: 14 });
    });

    test('after finish it does nothing', async () => {
      const store = memoryStore();
      const writer = writerTo(store, 1000);
      await writer.write(rows(0, 10, 10));
      await writer.finish();
      await writer.abort();
      expect(store.aborted).toEqual([]);
      expect(store.files.size).toBe(1);
    });
  });

  describe('misuse', () => {
    test('two calls at once, and calls after the end', async () => {
      const writer = writerTo(memoryStore(), 1000);
      const first = writer.write(rows(0, 2000, 100));
      await expect(writer.write(rows(0, 1, 1))).rejects.toMatchObject({ code: 'PARQUET_WRITER_MISUSED' });
      await first;
      expect(await writer.finish()).not.toEqual([]);
      await expect(writer.finish()).rejects.toMatchObject({ code: 'PARQUET_WRITER_MISUSED' });
      await expect(writer.write(rows(0, 1, 1))).rejects.toMatchObject({ code: 'PARQUET_WRITER_MISUSED' });
    });

    test.each([0, -1, 1.5, NaN])('a target of %d bytes', (targetFileBytes) => {
      expect(() => writerTo(memoryStore(), targetFileBytes)).toThrow(expect.objectContaining({ code: 'PARQUET_REQUEST_INVALID' }));
    });
  });
});
