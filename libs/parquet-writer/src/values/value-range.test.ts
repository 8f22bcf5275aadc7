import type { ParquetType } from '@tidemark/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalType, vectorOf, type Cell } from '../../test/columns.ts';
import { valueRange } from './value-range.ts';

const DOUBLE: ParquetType = { physical: 'DOUBLE' };
const STRING: ParquetType = { physical: 'BYTE_ARRAY', logical: 'STRING' };
const BIGINT: ParquetType = { physical: 'INT64', logical: 'INT64' };

function rangeOf(type: ParquetType, cells: readonly Cell[]): readonly [Buffer, Buffer] | null {
  const vector = vectorOf(type, cells);
  const range = valueRange(type, vector.bytes, vector.valueCount);
  return range === null ? null : [Buffer.from(range.min), Buffer.from(range.max)];
}

/** One value as the footer holds it. */
function bound(type: ParquetType, cell: Cell): Buffer {
  return Buffer.from(vectorOf(type, [cell]).bytes).subarray(type.physical === 'BYTE_ARRAY' ? 4 : 0);
}

function expectRange(type: ParquetType, cells: readonly Cell[], min: Cell, max: Cell): void {
  expect(rangeOf(type, cells)).toEqual([bound(type, min), bound(type, max)]);
}

test('strings are ordered by unsigned bytes of UTF-8', () => {
  expectRange(STRING, ['\u{1F600}', '\uFFFD', 'z'], 'z', '\u{1F600}');
  expectRange(STRING, ['b', '', 'ab', 'a'], '', 'b');
});

test('strings with a bound over 64 bytes get no range, not a shortened one', () => {
  expectRange(STRING, ['a', 'x'.repeat(64)], 'a', 'x'.repeat(64));
  expect(rangeOf(STRING, ['a', 'x'.repeat(65)])).toBeNull();
  expectRange(STRING, ['a', 'b'.repeat(65), 'c'], 'a', 'c');
});

test('plain bytes are ordered as unsigned bytes', () => {
  const type: ParquetType = { physical: 'BYTE_ARRAY', logical: 'NONE' };
  expectRange(type, [Uint8Array.of(0x80), Uint8Array.of(0x7f), Uint8Array.of(0xff)], Uint8Array.of(0x7f), Uint8Array.of(0xff));
});

test('bytes that begin alike are ordered by what follows, and the shorter one first', () => {
  const cell = fc.tuple(fc.constantFrom('', 'a', 'ab', 'abcd', 'abcdefgh', 'abcdefghij'), fc.uint8Array({ maxLength: 6 })).map(([head, tail]) => Buffer.concat([Buffer.from(head), tail]));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 30 }), (cells) => {
      const sorted = [...cells].sort((a, b) => Buffer.compare(a, b));
      expectRange({ physical: 'BYTE_ARRAY', logical: 'NONE' }, cells, sorted[0]!, sorted.at(-1)!);
    }),
  );
});

test('a NaN takes the range away, wherever it stands', () => {
  for (const cells of [[NaN], [NaN, 1, 2], [1, NaN, 2], [1, 2, NaN]]) {
    expect(rangeOf(DOUBLE, cells)).toBeNull();
    expect(rangeOf({ physical: 'FLOAT' }, cells)).toBeNull();
  }
});

test('a zero bound is −0 below and +0 above', () => {
  expectRange(DOUBLE, [0], -0, 0);
  expectRange(DOUBLE, [-0], -0, 0);
  expectRange(DOUBLE, [0, 5], -0, 5);
  expectRange({ physical: 'FLOAT' }, [-5, -0], -5, 0);
});

test('infinities are bounds like others', () => {
  expectRange(DOUBLE, [1, Infinity, -Infinity], -Infinity, Infinity);
});

test('booleans and 32-bit numbers', () => {
  expectRange({ physical: 'BOOLEAN' }, [true, true], true, true);
  expectRange({ physical: 'BOOLEAN' }, [true, false], false, true);
  expectRange({ physical: 'INT32', logical: 'INT32' }, [3, -(2 ** 31), 2 ** 31 - 1], -(2 ** 31), 2 ** 31 - 1);
});

test('64-bit numbers are ordered as a signed whole', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -(2n ** 33n), max: 2n ** 33n })), { minLength: 1 }), (cells) => {
      const sorted = cells.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expectRange(BIGINT, cells, sorted[0]!, sorted.at(-1)!);
    }),
  );
});

test('decimals are ordered as two\'s complement numbers', () => {
  const decimals = fc.integer({ min: 1, max: 38 }).chain((precision) => {
    const largest = 10n ** BigInt(precision) - 1n;
    return fc.record({ type: fc.constant(decimalType(precision, 0)), cells: fc.array(fc.bigInt({ min: -largest, max: largest }), { minLength: 1 }) });
  });
  fc.assert(
    fc.property(decimals, ({ type, cells }) => {
      const sorted = cells.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expectRange(type, cells, sorted[0]!, sorted.at(-1)!);
    }),
  );
});

test('vectors that do not start at a word border are read all the same', () => {
  const vector = vectorOf(BIGINT, [5n, -7n]);
  const shifted = new Uint8Array(vector.bytes.length + 3);
  shifted.set(vector.bytes, 3);
  const range = valueRange(BIGINT, shifted.subarray(3), 2)!;
  expect(Buffer.from(range.min).readBigInt64LE()).toBe(-7n);
});

test('no value, no range', () => {
  expect(rangeOf(BIGINT, [null, null])).toBeNull();
});

test('a range outlives the vector, whose memory is used again', () => {
  for (const [type, cells] of [[STRING, ['b', 'a', 'c']], [decimalType(20, 4), [2n, 1n, 3n]]] as const) {
    const bytes = Buffer.from(vectorOf(type, cells).bytes);
    const range = valueRange(type, bytes, cells.length)!;
    bytes.fill(0xee);
    expect([Buffer.from(range.min), Buffer.from(range.max)]).toEqual([bound(type, cells[1]), bound(type, cells[2])]);
  }
});
