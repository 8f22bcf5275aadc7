import type { StagedColumn } from '@tidemark/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowPacket, type Cell } from '../../test/row-packets.ts';
import { cursorColumn, decimalColumn, queryOver, staged } from '../../test/staged-columns.ts';
import { ValueProblem } from '../columns/value-problem.ts';
import type { SourceBatch } from '../ports.ts';
import { RowBlock } from './row-block.ts';
import { cellCountOf, RowDecoder, type RowLimits } from './row-decoder.ts';

type Query = ConstructorParameters<typeof RowDecoder>[0];
type Outcome = readonly (SourceBatch | { readonly code: string; readonly what: string; readonly row: number })[];

const WIDE: RowLimits = { maxBatchRows: 1_000_000, maxBatchBytes: 1e9, maxRowBytes: 1e9 };

/** Rows of a chunk, and where each of them lies in it. */
interface Chunk {
  readonly wire: Buffer;
  readonly bounds: readonly (readonly [number, number])[];
}

/** Puts packets into chunks as they come from a socket: headers between them, other bytes around them. */
function chunksOf(packets: readonly Buffer[], rowsOfChunk: number, poison: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < packets.length; from += rowsOfChunk) {
    const own = packets.slice(from, from + rowsOfChunk);
    const wire = Buffer.alloc(own.reduce((sum, packet) => sum + 4 + packet.length, 3), poison);
    let at = 3;
    const bounds = own.map((packet) => {
      at += 4 + packet.copy(wire, at + 4);
      return [at - packet.length, at] as const;
    });
    chunks.push({ wire, bounds });
  }
  return chunks;
}

/** What comes of the rows: the batches, and the problem that ends them. */
function outcome(query: Query, limits: RowLimits, chunks: readonly Chunk[], together: boolean): Outcome {
  const out: Outcome[number][] = [];
  const decoder = new RowDecoder(query, limits, (batch) => out.push(structuredClone(batch)));
  const one = (wire: Buffer, start: number, end: number): void => {
    try {
      decoder.row(wire, start, end);
    } catch (error) {
      if (!(error instanceof ValueProblem) || !decoder.setAside(error, wire, start, end)) throw error;
    }
  };
  try {
    const block = new RowBlock(cellCountOf(query));
    const decodeBlock = (): void => {
      block.walk();
      for (let row = 0; row < block.rowCount; ) {
        const count = decoder.rows(block, row);
        if (count === 0) one(block.wire, block.starts[row]!, block.ends[row]!);
        row += count || 1;
      }
      block.clear();
    };
    for (const { wire, bounds } of chunks) {
      for (const [start, end] of bounds) {
        if (!together) one(wire, start, end);
        else if (!block.add(wire, start, end)) {
          decodeBlock();
          block.add(wire, start, end);
        }
      }
      if (together) decodeBlock();
    }
    decoder.finish();
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    out.push({ code: error.code, what: error.what, row: decoder.totalRows });
  }
  return out;
}

const POLICIES = { zeroDate: 'sentinel', invalidUtf8: 'replace', nulByte: 'strip', oversize: 'truncate' } as const;
const columnsWith = (policies: StagedColumn['policies']): readonly StagedColumn[] => [
  staged('int64', { source: 'id' }), staged('timestamp', { source: 'at', policies }), staged('int32', { source: 'i32' }), decimalColumn(12, 2), decimalColumn(38, 10), staged('float32', { source: 'f32' }), staged('float64', { source: 'f64' }),
  staged('boolean', { source: 'flag' }), staged('date', { source: 'day', policies }), staged('time_micros', { source: 'time' }), staged('utf8', { source: 'text', maxBytes: 300, policies }), staged('bytes', { source: 'bytes', maxBytes: 200, policies }),
];

const orNull = (cells: fc.Arbitrary<Cell>): fc.Arbitrary<Cell> => fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 8, arbitrary: cells });
const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
const day = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 })).map(([y, m, d]) => `${padded(y, 4)}-${padded(m, 2)}-${padded(d, 2)}`);
const digits = (most: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^-?[1-9][0-9]{0,${most - 1}}$`));
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.replaceAll('\0', '')), fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), fc.integer({ min: 0, max: 300 }).map((length) => 'x'.repeat(length)));
const bytes = fc.uint8Array({ maxLength: 200, size: 'max' });

/** Rows that can be taken, under the columns above; the first two cells are put in later. */
const goodRow: fc.Arbitrary<Cell[]> = fc.tuple(
  orNull(digits(9)), orNull(digits(10).map((value) => `${value}.25`)), orNull(digits(28).map((value) => `${value}.0123456789`)), orNull(digits(6).map((value) => `${value}.5`)), orNull(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)),
  orNull(fc.constantFrom('0', '1')), orNull(day), orNull(fc.constantFrom('-838:59:59.5', '00:00:00', '12:34:56.123456')), orNull(text), orNull(bytes),
);
/** Cells that a policy decides about, that are refused, or that no server sends. */
const oddCell: fc.Arbitrary<Cell> = fc.oneof(fc.constantFrom<Cell>(null, '', '-', '0000-00-00', '2024-00-10', '2023-02-29', '0000-00-00 00:00:00', '99999999999999999999', 'a\0b', '1e400', 'x'.repeat(301), '2024-01-01 00:00:00'), fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ minLength: 301, maxLength: 310 }));

const rows = fc.array(fc.tuple(goodRow, fc.integer({ min: 0, max: 3 })), { maxLength: 60, size: 'max' }).map((made) => {
  let id = 0;
  let second = 0;
  return made.map(([cells, step]): Cell[] => {
    id += 1 + step;
    second += step > 1 ? 1 : 0;
    return [String(id), `2024-01-01 00:00:${padded(second % 60, 2)}.${padded(step, 6)}`, ...cells];
  });
});

/** Cells by their columns that a policy changes, and some behind them that are refused all the same. */
const TOLD: readonly (readonly [number, Cell])[] = [
  [1, '0000-00-00 00:00:00'], [1, '2025-00-10 00:00:00'], [8, '0000-00-00'], [8, '2024-00-10'], [10, 'a\0b'], [10, Buffer.alloc(100, 0xff)], [10, 'x'.repeat(301)], [11, Buffer.alloc(201, 1)], [2, '-'], [9, '25'], [7, '2'], [8, '2023-02-29'],
];
/** Replaced cells, and packets that are cut or go on. */
const damage = fc.record({
  cells: fc.array(fc.oneof(fc.tuple(fc.nat(59), fc.integer({ min: 1, max: 11 }), oddCell), fc.tuple(fc.nat(59), fc.constantFrom(...TOLD)).map(([row, [column, cell]]) => [row, column, cell] as const)), { maxLength: 5 }),
  cut: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.tuple(fc.nat(59), fc.integer({ min: -3, max: 40 })) }),
});
const limits = fc.record({ maxBatchRows: fc.integer({ min: 1, max: 70 }), maxBatchBytes: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.constant(1e9)), maxRowBytes: fc.oneof({ weight: 1, arbitrary: fc.integer({ min: 90, max: 500 }) }, { weight: 5, arbitrary: fc.constant(1e9) }) });
const CURSORS = [[cursorColumn('id', 0, 'number')], [cursorColumn('id', 0, 'number')], [cursorColumn('id', 0, 'number')], [cursorColumn('at', 1, 'time'), cursorColumn('id', 0, 'number')], [cursorColumn('text', 10, 'server'), cursorColumn('id', 0, 'number')], [cursorColumn('i32', 2, 'number')], []] as const;

test('I6: rows that are taken together become what they become one by one, flaws, policies, limits and order included', () => {
  fc.assert(
    fc.property(rows, damage, limits, fc.record({ policies: fc.constantFrom({}, POLICIES, { ...POLICIES, zeroDate: 'to_null', oversize: 'to_null' } as const), cursor: fc.constantFrom(...CURSORS), hasTies: fc.boolean(), below: fc.constantFrom(null, null, null, '20'), maxRows: fc.constantFrom(null, null, null, 12), aside: fc.boolean(), rowsOfChunk: fc.integer({ min: 1, max: 60 }) }), (good, { cells, cut }, bounds, { policies, cursor, hasTies, below, maxRows, aside, rowsOfChunk }) => {
      const made = good.map((row) => [...row]);
      for (const [row, column, cell] of cells) if (made.length > 0) made[row % made.length]![column] = cell;
      const packets = made.map(rowPacket);
      if (cut !== null && cut[0] < packets.length) {
        const packet = packets[cut[0]]!;
        packets[cut[0]] = cut[1] < 0 ? Buffer.concat([packet, Buffer.alloc(-cut[1], 0xfb)]) : packet.subarray(0, Math.max(0, packet.length - cut[1]));
      }
      const query = queryOver([...columnsWith(policies)], { cursor: [...cursor], hasTies, below, maxRows });
      const all = aside ? { ...bounds, quarantine: { keyColumns: ['id'], maxRows: 2 } } : bounds;
      const chunks = chunksOf(packets, rowsOfChunk, 0x31);
      expect(outcome(query, all, chunks, true)).toEqual(outcome(query, all, chunks, false));
    }),
    { numRuns: 600 },
  );
});

test('I8: a row that is out of order among others is found, and the ones before it are not lost', () => {
  const query = queryOver([staged('int64', { source: 'id' })], { cursor: [cursorColumn('id', 0, 'number')] });
  for (const wrong of [0, 1, 98, 99]) {
    const packets = Array.from({ length: 100 }, (_unused, row) => rowPacket([String(row === wrong ? (wrong === 0 ? 5 : wrong - 1) : row)]));
    const [, problem] = [null, ...outcome(query, WIDE, chunksOf(packets, 100, 0), true)];
    expect(problem).toEqual({ code: 'SOURCE_ORDER_VIOLATION', what: expect.any(String) as string, row: wrong === 0 ? 1 : wrong });
  }
});

test('I8: the order of decoded cursors is that of their texts, also beyond 32 bits and below zero', () => {
  const query = queryOver([staged('int64', { source: 'id' }), staged('timestamp', { source: 'at' })], { cursor: [cursorColumn('at', 1, 'time'), cursorColumn('id', 0, 'number')] });
  const borders = [0n, 2n ** 31n, 2n ** 32n, 2n ** 32n + 2n ** 31n, 2n ** 53n, -(2n ** 31n), -(2n ** 32n)].flatMap((border) => [border - 1n, border, border + 1n]);
  const id = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(...borders)).map(String);
  const at = fc.constantFrom('1969-12-31 23:59:59.999999', '1970-01-01 00:00:00.000000', '1000-01-01 00:00:00.000000', '2262-04-11 23:47:16.854775', '2262-04-11 23:47:16.854776', '9999-12-31 23:59:59.999999');
  fc.assert(fc.property(fc.array(fc.tuple(id, at), { minLength: 2, maxLength: 5 }), fc.boolean(), (cells, isSorted) => {
    const sorted = isSorted ? [...cells].sort(([a, x], [b, y]) => (x === y ? (BigInt(a) < BigInt(b) ? -1 : 1) : x < y ? -1 : 1)) : cells;
    const chunks = chunksOf(sorted.map(rowPacket), 5, 0x39);
    expect(outcome(query, WIDE, chunks, true)).toEqual(outcome(query, WIDE, chunks, false));
  }), { numRuns: 2000 });
});

test('texts that are UTF-8 only together are refused', () => {
  const query = queryOver([staged('utf8', { source: 'text' })], { cursor: [] });
  const halves = [Buffer.from([0x61, 0xc3]), Buffer.from([0xa9, 0x61])];
  expect(outcome(query, WIDE, chunksOf(halves.map((half) => rowPacket([half])), 2, 0), true)).toEqual([{ code: 'DATA_INVALID_UTF8', what: '2 bytes of text that are not UTF-8', row: 0 }]);
});

test('a block takes rows of one chunk only, as many as it has room for', () => {
  const block = new RowBlock(6);
  const wire = Buffer.alloc(10);
  let taken = 0;
  while (block.add(wire, 0, 1)) taken += 1;
  expect(taken).toBe(1024);
  block.clear();
  expect(block.add(wire, 0, 1)).toBe(true);
  expect(block.add(Buffer.alloc(10), 0, 1)).toBe(false);
  expect(block.rowCount).toBe(1);
});

test('a NUL in one of many texts is found', () => {
  const query = queryOver([staged('utf8', { source: 'text' })], { cursor: [] });
  for (const nul of ['\0', 'a\0b', `${'x'.repeat(300)}\0`]) {
    const texts = ['', 'abc', nul, 'é'];
    expect(outcome(query, WIDE, chunksOf(texts.map((text) => rowPacket([text])), 4, 0), true)).toEqual([{ code: 'DATA_NUL_BYTE', what: `${nul.length} bytes of text with a NUL among them`, row: 2 }]);
  }
});

test('I8: a day that a policy put does not hide that its text is out of order', () => {
  const query = queryOver([staged('timestamp', { source: 'at', policies: { zeroDate: 'sentinel' } })], { cursor: [cursorColumn('at', 0, 'time')] });
  const packets = ['2025-00-10 00:00:00', '2024-01-01 00:00:00', '2024-01-02 00:00:00'].map((at) => rowPacket([at]));
  expect(outcome(query, WIDE, chunksOf(packets, 3, 0), true).at(-1)).toMatchObject({ code: 'SOURCE_ORDER_VIOLATION', row: 1 });
});

test('I8: the lower half of a number counts without a sign', () => {
  const query = queryOver([staged('int64', { source: 'id' })], { cursor: [cursorColumn('id', 0, 'number')] });
  const packets = [1, 2 ** 32 + 2 ** 31 + 5, 2 ** 32 + 7].map((id) => rowPacket([String(id)]));
  expect(outcome(query, WIDE, chunksOf(packets, 3, 0), true).at(-1)).toMatchObject({ code: 'SOURCE_ORDER_VIOLATION', row: 2 });
});

test('a batch ends where it would row by row, also when texts grow by a policy', () => {
  const query = queryOver([staged('utf8', { source: 'text', maxBytes: 400, policies: { invalidUtf8: 'replace' } })], { cursor: [] });
  const chunks = chunksOf(Array.from({ length: 8 }, () => rowPacket([Buffer.alloc(100, 0xff)])), 8, 0);
  const together = outcome(query, { ...WIDE, maxBatchBytes: 1000 }, chunks, true);
  expect(together.map((batch) => ('batch' in batch ? batch.batch.rowCount : batch.code))).toEqual([4, 4]);
});

test('no row beyond those of the query is taken', () => {
  const query = queryOver([staged('int64', { source: 'id' })], { cursor: [], maxRows: 12 });
  const chunks = chunksOf(Array.from({ length: 20 }, (_unused, id) => rowPacket([String(id)])), 20, 0);
  expect(outcome(query, WIDE, chunks, true)).toEqual([{ code: 'SOURCE_ROW_COUNT', what: expect.any(String) as string, row: 12 }]);
});

test('once closed a block keeps no memory', () => {
  const block = new RowBlock(3);
  const packet = rowPacket(['1', '2', null]);
  expect(block.add(packet, 0, packet.length)).toBe(true);
  block.walk();
  expect(block.soundCount).toBe(1);
  block.clear();
  block.close();
  expect([block.bounds, block.starts, block.ends].map(({ byteLength }) => byteLength)).toEqual([0, 0, 0]);
});
