import type { ColumnBatch, ParquetType } from '@tidemark/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { batchOf, decimalType, type Cell } from '../../test/columns.ts';
import { memoryStore, type MemoryStore } from '../../test/memory-store.ts';
import type { Compression } from '../pages/codec.ts';
import { createPartWriter, type PartWriter } from '../parts/part-writer.ts';
import { encoderThreads, type EncoderThreads } from './encoder-threads.ts';

let threads: EncoderThreads;
beforeEach(() => {
  threads = encoderThreads(1);
});
afterEach(async () => {
  await threads[Symbol.asyncDispose]();
});

const TYPES: readonly ParquetType[] = [
  { physical: 'INT32', logical: 'INT16' }, { physical: 'INT64', logical: 'TIMESTAMP_MICROS' }, { physical: 'DOUBLE' }, { physical: 'BOOLEAN' }, decimalType(20, 2), { physical: 'BYTE_ARRAY', logical: 'STRING' },
] as const;
const COLUMNS = TYPES.map((parquet, c) => ({ name: `c${c}`, parquet }));

function writerTo(store: MemoryStore, compression: Compression, encoders?: EncoderThreads): PartWriter {
  return createPartWriter({ openSink: store.openSink, columns: COLUMNS, keyOf: (part) => `part-${part}`, targetFileBytes: 60_000, maxFileRows: 3000, compression, ...(encoders === undefined ? {} : { threads: encoders }) });
}

/** Rows of every type, with NULLs, words that repeat and words that do not. */
function rows(from: number, count: number): ColumnBatch {
  const column = (cell: (i: number) => Cell): Cell[] => Array.from({ length: count }, (_, k) => ((from + k) % 7 === 3 ? null : cell(from + k)));
  return batchOf(TYPES, [
    column((i) => (i % 500) - 250), column((i) => BigInt(i) * 1_000_003n), column((i) => i / 7), column((i) => i % 3 === 0), column((i) => BigInt(i) ** 4n - 5n), column((i) => (i % 2 === 0 ? 'paid' : `Größe ${i}`)),
  ]);
}

async function written(compression: Compression, encoders?: EncoderThreads): Promise<{ readonly parts: unknown; readonly files: readonly (readonly [string, Uint8Array])[] }> {
  const store = memoryStore();
  const writer = writerTo(store, compression, encoders);
  for (let from = 0; from < 8000; from += 900) await writer.write(rows(from, Math.min(900, 8000 - from)));
  return { parts: await writer.finish(), files: [...store.files] };
}

test.each(['snappy', 'gzip', 'zstd', 'uncompressed'] as const)('the files are the same, byte for byte: %s', async (compression) => {
  const here = await written(compression);
  expect(await written(compression, threads)).toEqual(here);
  expect(here.files.length).toBeGreaterThan(2);
});

test('several writers share a thread, and none sees the rows of another', async () => {
  const here = await written('snappy');
  const there = await Promise.all(Array.from({ length: 4 }, () => written('snappy', threads)));
  for (const each of there) expect(each).toEqual(here);
});

test('a batch goes to the thread with its memory, and a copy of it where the memory is not its own', async () => {
  const own = { bytes: new Uint8Array(new ArrayBuffer(16)), valueCount: 2, defined: new Uint8Array(new ArrayBuffer(2)).fill(1) };
  const pooled = { bytes: Buffer.from('\u0001\0\0\0a\u0001\0\0\0b'), valueCount: 2, defined: Buffer.of(1, 1) };
  const store = memoryStore();
  const columns = [{ name: 'id', parquet: { physical: 'INT64', logical: 'INT64' } }, { name: 'word', parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' } }] as const;
  const writer = createPartWriter({ openSink: store.openSink, columns, keyOf: String, targetFileBytes: 1000, compression: 'snappy', threads });
  await writer.write({ rowCount: 2, byteLength: 26, columns: [own, pooled], lastCursor: [] });
  expect([own.bytes.length, own.defined.length]).toEqual([0, 0]);
  expect(pooled.bytes.toString('latin1')).toBe('\u0001\0\0\0a\u0001\0\0\0b');
  expect(await writer.finish()).toMatchObject([{ key: '0', rows: 2 }]);
});

test('after its writers a thread holds nothing, and without writers it keeps no process alive', async () => {
  const ports = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
  const before = ports();
  await written('snappy', threads);
  const failing = writerTo(memoryStore((step) => {
    if (step === 'open') throw new Error('no');
  }), 'snappy', threads);
  await expect(failing.write(rows(0, 5000)).then(() => failing.finish())).rejects.toThrow('no');
  const aborted = writerTo(memoryStore(), 'snappy', threads);
  await aborted.write(rows(0, 10));
  await aborted.abort();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(ports()).toBeLessThanOrEqual(before);
});

test('a thread that ends takes its writers along: they say so, and their uploads are given up', async () => {
  const reached = Promise.withResolvers<void>();
  const store = memoryStore((step) => {
    if (step !== 'write') return undefined;
    reached.resolve();
    return new Promise(() => undefined);
  });
  const writer = writerTo(store, 'snappy', threads);
  await writer.write(rows(0, 9000));
  const finishing = writer.finish();
  const failed = expect(finishing).rejects.toMatchObject({ code: 'PARQUET_THREAD_LOST', exit: 70 });
  await reached.promise;
  await threads[Symbol.asyncDispose]();
  await failed;
  await expect(writer.finish()).rejects.toMatchObject({ code: 'PARQUET_THREAD_LOST' });
  await writer.abort();
  expect(store.aborted).toEqual(['part-0']);
  expect(() => writerTo(memoryStore(), 'snappy', threads)).toThrow(expect.objectContaining({ code: 'PARQUET_WRITER_MISUSED' }));
});

test('a number of threads that makes no sense is refused', () => {
  for (const count of [0, -1, 1.5, Number.NaN]) expect(() => encoderThreads(count)).toThrow(expect.objectContaining({ code: 'PARQUET_REQUEST_INVALID' }));
});
