import type { ColumnBatch, ParquetType } from '@tidemark/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchOf, decimalType, type Cell } from '../test/columns.ts';
import { memoryStore } from '../test/memory-store.ts';
import { hyparquetColumns, Readers } from '../test/read-back.ts';
import { ParquetFileWriter, type Compression } from './index.ts';

let readers: Readers;
beforeAll(async () => {
  readers = await Readers.open();
});
afterAll(async () => {
  await readers[Symbol.asyncDispose]();
});

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
/** Midnight of 0001-01-01 and the last microsecond of 9999, in microseconds since 1970. */
const FIRST_MICROS = -62_135_596_800_000_000n;
const LAST_MICROS = 253_402_300_799_999_999n;
/** The same in days. */
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;
/** The greatest finite FLOAT. */
const FLOAT_MAX = Math.fround(3.4028234663852886e38);

interface Kind {
  readonly type: ParquetType;
  readonly cell: fc.Arbitrary<Exclude<Cell, null>>;
  /** Values that every column of the kind holds at least once. */
  readonly corners: readonly Exclude<Cell, null>[];
}

const text = fc.string({ unit: 'binary', maxLength: 40 });
const corners = (values: readonly Exclude<Cell, null>[], cell: fc.Arbitrary<Exclude<Cell, null>>): fc.Arbitrary<Exclude<Cell, null>> => fc.oneof(cell, fc.constantFrom(...values));
const kind = (type: ParquetType, values: readonly Exclude<Cell, null>[], cell: fc.Arbitrary<Exclude<Cell, null>>): Kind => ({ type, corners: values, cell: corners(values, cell) });

const KINDS: readonly Kind[] = [
  kind({ physical: 'BOOLEAN' }, [true, false], fc.boolean()),
  kind({ physical: 'INT32', logical: 'INT16' }, [-32_768, 32_767, 0, -1], fc.integer({ min: -32_768, max: 32_767 })),
  kind({ physical: 'INT32', logical: 'INT32' }, [-(2 ** 31), 2 ** 31 - 1, 0, -1], fc.integer()),
  kind({ physical: 'INT32', logical: 'DATE' }, [FIRST_DAY, LAST_DAY, 0, -1], fc.integer({ min: FIRST_DAY, max: LAST_DAY })),
  kind({ physical: 'INT64', logical: 'INT64' }, [INT64_MIN, INT64_MAX, 0n, -1n, 2n ** 53n + 1n], fc.bigInt({ min: INT64_MIN, max: INT64_MAX })),
  kind({ physical: 'INT64', logical: 'TIMESTAMP_MICROS' }, [FIRST_MICROS, LAST_MICROS, -1n, 0n], fc.bigInt({ min: FIRST_MICROS, max: LAST_MICROS })),
  kind({ physical: 'FLOAT' }, [0, -0, NaN, Infinity, -Infinity, FLOAT_MAX, 16_777_216], fc.float()),
  kind({ physical: 'DOUBLE' }, [0, -0, NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE], fc.double()),
  kind({ physical: 'BYTE_ARRAY', logical: 'STRING' }, ['', '\u{1F600}', '\uFFFD', 'é', 'a\u0301', ' '], text),
  kind({ physical: 'BYTE_ARRAY', logical: 'NONE' }, [Uint8Array.of(), Uint8Array.of(0), Uint8Array.of(255, 0, 254)], fc.uint8Array({ maxLength: 40 })),
];

function decimalKind(precision: number, scale: number): Kind {
  const largest = 10n ** BigInt(precision) - 1n;
  return kind(decimalType(precision, scale), [largest, -largest, 0n, 1n, -1n], fc.bigInt({ min: -largest, max: largest }));
}

const anyKind: fc.Arbitrary<Kind> = fc.oneof(
  fc.constantFrom(...KINDS),
  fc.integer({ min: 1, max: 38 }).chain((precision) => fc.integer({ min: 0, max: Math.min(precision, 37) }).map((scale) => decimalKind(precision, scale))),
);

/** Cells in runs, so that NULL runs, repeated values and distinct ones all occur. */
function cellsOf({ cell, corners: values }: Kind, rows: number): fc.Arbitrary<Cell[]> {
  const run = fc.record({ value: fc.oneof({ weight: 3, arbitrary: cell }, { weight: 1, arbitrary: fc.constant(null) }), length: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 200 })) });
  return fc.array(run, { minLength: 1, maxLength: 60 }).map((runs) => {
    const pattern: Cell[] = [...values, ...runs.flatMap(({ value, length }) => new Array<Cell>(length).fill(value))];
    return Array.from({ length: rows }, (_, i) => pattern[i % pattern.length]!);
  });
}

const anyTable = fc
  .record({ kinds: fc.array(anyKind, { minLength: 1, maxLength: 6 }), rows: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 71, max: 3000 })), batches: fc.integer({ min: 1, max: 5 }) })
  .chain(({ kinds, rows, batches }) => fc.record({ kinds: fc.constant(kinds), columns: fc.tuple(...kinds.map((one) => cellsOf(one, rows))), batches: fc.constant(batches) }));

const COMPRESSIONS: readonly Compression[] = ['snappy', 'gzip', 'zstd', 'uncompressed'];

async function fileOf(types: readonly ParquetType[], rowGroups: readonly (readonly ColumnBatch[])[], compression: Compression): Promise<Uint8Array> {
  const store = memoryStore();
  const columns = types.map((parquet, c) => ({ name: `c${c}`, parquet }));
  const writer = new ParquetFileWriter({ sink: await store.openSink('f'), columns, compression });
  for (const group of rowGroups) await writer.writeRowGroup(group);
  await writer.close();
  return store.files.get('f')!;
}

function slices(columns: readonly (readonly Cell[])[], types: readonly ParquetType[], count: number): ColumnBatch[] {
  const rows = columns[0]!.length;
  const size = Math.ceil(rows / count);
  const batches: ColumnBatch[] = [];
  for (let from = 0; from < rows; from += size) batches.push(batchOf(types, columns.map((cells) => cells.slice(from, from + size))));
  return batches;
}

async function expectExact(file: Uint8Array, types: readonly ParquetType[], columns: readonly (readonly Cell[])[]): Promise<void> {
  // toEqual tells −0 from +0 and holds NaN equal to NaN.
  expect(await hyparquetColumns(file, types.map((_, c) => `c${c}`), types)).toEqual(columns);
  expect(await readers.duckdb(file, types)).toEqual(columns);
}

test('I6: any columns and rows come back value by value, over batches, row groups and codecs', async () => {
  await fc.assert(
    fc.asyncProperty(anyTable, fc.constantFrom(...COMPRESSIONS), fc.boolean(), async ({ kinds, columns, batches }, compression, oneGroup) => {
      const types = kinds.map(({ type }) => type);
      const parts = slices(columns, types, batches);
      await expectExact(await fileOf(types, oneGroup ? [parts] : parts.map((part) => [part]), compression), types, columns);
    }),
    { numRuns: 120 },
  );
}, 300_000);

test('I6: decimals of all precisions and scales keep their extremes', async () => {
  const kinds = Array.from({ length: 38 }, (_, i) => decimalKind(i + 1, Math.min(37, (i * 7) % (i + 2))));
  const types = kinds.map(({ type }) => type);
  const columns = kinds.map(({ corners: values }) => [...values, null]);
  await expectExact(await fileOf(types, [[batchOf(types, columns)]], 'snappy'), types, columns);
});

test('I6: 1.15, 19.99 and 4.35, which the library writes as 1.14, 19.98 and 4.34, stay what they are', async () => {
  const types = [decimalType(12, 2)];
  const file = await fileOf(types, [[batchOf(types, [[115n, 1999n, 435n, -115n]])]], 'snappy');
  expect(await readers.query(file, 'SELECT c0::VARCHAR AS amount FROM FILE')).toEqual([{ amount: '1.15' }, { amount: '19.99' }, { amount: '4.35' }, { amount: '-1.15' }]);
});

test('I6: pages, dictionaries and fall-back survive more rows than a page holds', async () => {
  const rows = 65_000;
  const types: ParquetType[] = [
    { physical: 'INT64', logical: 'INT64' }, { physical: 'BYTE_ARRAY', logical: 'STRING' }, { physical: 'BYTE_ARRAY', logical: 'STRING' }, { physical: 'BOOLEAN' }, decimalType(20, 4),
    { physical: 'DOUBLE' }, { physical: 'INT32', logical: 'INT32' },
  ];
  const columns: Cell[][] = [
    Array.from({ length: rows }, (_, i) => BigInt(i) * 1_000_003n - 7n),
    Array.from({ length: rows }, (_, i) => (i % 5 === 0 ? null : `state ${i % 900}`)),
    Array.from({ length: rows }, (_, i) => `${'x'.repeat(i % 100)}${i}`),
    Array.from({ length: rows }, (_, i) => (i % 7 === 0 ? null : i % 3 === 0)),
    Array.from({ length: rows }, (_, i) => (i < 40_000 ? null : BigInt(i % 11) - 5n)),
    Array.from({ length: rows }, (_, i) => [0, -0, NaN, 1.5][i % 4]!),
    // Repeats at first, so that a dictionary is begun, then outgrows it.
    Array.from({ length: rows }, (_, i) => (i < 20_000 ? i % 100 : i)),
  ];
  const file = await fileOf(types, [slices(columns, types, 3), [batchOf(types, columns)]], 'snappy');
  await expectExact(file, types, columns.map((cells) => [...cells, ...cells]));
});

test('I6: a string larger than a page, among empty ones', async () => {
  const types: ParquetType[] = [{ physical: 'BYTE_ARRAY', logical: 'STRING' }];
  const columns = [['', 'ü'.repeat(1_500_000), null, '', 'z'.repeat(3_000_000), '']];
  await expectExact(await fileOf(types, [[batchOf(types, columns)]], 'zstd'), types, columns);
});

test('a string is found by its value, also beyond the basic plane, where UTF-16 order differs from byte order', async () => {
  const types: ParquetType[] = [{ physical: 'BYTE_ARRAY', logical: 'STRING' }];
  const file = await fileOf(types, [[batchOf(types, [['\uFFFD', '\u{1F600}']])]], 'snappy');
  expect(await readers.query(file, `SELECT count(*)::INT AS n FROM FILE WHERE c0 = '\u{1F600}'`)).toEqual([{ n: 1 }]);
});
