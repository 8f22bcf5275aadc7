import type { ParquetType } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { decimalType, vectorOf, type Cell } from '../../test/columns.ts';
import { buildDictionary, DictionaryScratch, MAX_BASE, type Dictionary } from './dictionary.ts';

const STRING: ParquetType = { physical: 'BYTE_ARRAY', logical: 'STRING' };
const BIGINT: ParquetType = { physical: 'INT64', logical: 'INT64' };

function dictionaryOf(type: ParquetType, cells: readonly Cell[]): Dictionary | null {
  const vector = vectorOf(type, cells);
  return buildDictionary(type, vector.bytes, vector.valueCount, new DictionaryScratch());
}

const cells = <T>(count: number, cell: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => cell(i));

test('distinct values in order of appearance, and a code per value', () => {
  const dictionary = dictionaryOf(STRING, cells(100, (i) => ['new', 'paid', 'sent'][i % 3]!))!;
  expect(dictionary.size).toBe(3);
  expect(dictionary.bitWidth).toBe(2);
  expect(dictionary.bytes).toEqual(new Uint8Array(vectorOf(STRING, ['new', 'paid', 'sent']).bytes));
  expect([...dictionary.codes.subarray(0, 7)]).toEqual([0, 1, 2, 0, 1, 2, 0]);
});

test('a dictionary knows nothing of those before it, however many there were', () => {
  const scratch = new DictionaryScratch();
  for (let i = 0; i < 5; i++) {
    if (i === 2) scratch.base = MAX_BASE - 16_384;
    const vector = vectorOf(BIGINT, cells(100, (cell) => BigInt((cell % 3) + i)));
    const dictionary = buildDictionary(BIGINT, vector.bytes, vector.valueCount, scratch)!;
    expect(dictionary.bytes).toEqual(new Uint8Array(vectorOf(BIGINT, [BigInt(i), BigInt(i + 1), BigInt(i + 2)]).bytes));
    expect([...dictionary.codes.subarray(0, 5)]).toEqual([0, 1, 2, 0, 1]);
  }
});

test('after its memory was given up a scratch makes the same dictionaries', () => {
  const scratch = new DictionaryScratch();
  const vector = vectorOf(BIGINT, cells(100, (cell) => BigInt(cell % 3)));
  const before = buildDictionary(BIGINT, vector.bytes, vector.valueCount, scratch)!;
  const codes = [...before.codes.subarray(0, 100)];
  scratch.giveUp();
  expect(before.codes).toHaveLength(0);
  const after = buildDictionary(BIGINT, vector.bytes, vector.valueCount, scratch)!;
  expect(after.bytes).toEqual(before.bytes);
  expect([...after.codes.subarray(0, 100)]).toEqual(codes);
});

test('numbers and decimals have dictionaries too', () => {
  expect(dictionaryOf(BIGINT, cells(1000, (i) => BigInt(i % 10)))?.size).toBe(10);
  expect(dictionaryOf({ physical: 'INT32', logical: 'INT16' }, cells(1000, (i) => i % 2))?.bitWidth).toBe(1);
});

test('−0 and +0 are two values', () => {
  expect(dictionaryOf({ physical: 'DOUBLE' }, cells(100, (i) => (i % 2 === 0 ? 0 : -0)))?.size).toBe(2);
});

test('strings that share beginning, end and length are told apart', () => {
  const long = (middle: string): string => `${'a'.repeat(24)}${middle}${'z'.repeat(8)}`;
  expect(dictionaryOf(STRING, cells(200, (i) => long(i % 2 === 0 ? 'x' : 'y')))?.size).toBe(2);
});

/** As many values as fit, many of them alike but for one byte, so that they meet in the table. */
const ALIKE = Array.from({ length: 4000 }, (_, i) => ((i & 255) << 24) | (i >> 8));

test.each<[string, ParquetType, (seed: number) => Cell, number]>([
  ['numbers', { physical: 'INT32', logical: 'INT32' }, (seed) => seed, 4],
  ['bytes', { physical: 'BYTE_ARRAY', logical: 'NONE' }, (seed) => Buffer.from(Int32Array.of(seed).buffer), 8],
])('%s that differ in their last byte alone get codes of their own', (_, type, cellOf, width) => {
  const distinct = cells(ALIKE.length, (i) => cellOf(ALIKE[i]!));
  const all = Array.from({ length: 6 }, () => distinct).flat();
  const dictionary = dictionaryOf(type, [...new Array<Cell>(1024).fill(distinct[0]!), ...all, ...all])!;
  expect(dictionary.size).toBe(distinct.length);
  expect(dictionary.bytes).toEqual(new Uint8Array(vectorOf(type, distinct).bytes));
  expect(dictionary.bytes.length).toBe(distinct.length * width);
  expect([...dictionary.codes.subarray(1024, 1024 + all.length)]).toEqual(all.map((_, i) => i % distinct.length));
});

test('values of every width and length, alike but for one byte at any place', () => {
  for (let length = 0; length <= 45; length++) {
    const distinct = [Buffer.alloc(length, 97), ...cells(length, (place) => Buffer.alloc(length, 97).fill(98, place, place + 1)), Buffer.alloc(length + 1, 97)];
    const all = cells(distinct.length * 12 + 64, (i) => distinct[i % distinct.length]!);
    const dictionary = dictionaryOf(STRING, all)!;
    expect(dictionary.bytes).toEqual(new Uint8Array(vectorOf(STRING, distinct).bytes));
    expect([...dictionary.codes.subarray(0, all.length)]).toEqual(all.map((_, i) => i % distinct.length));
  }
  for (const precision of [1, 3, 5, 8, 10, 13, 16, 18, 20, 38]) {
    const type = decimalType(precision, 0);
    const bits = 8 * type.typeLength;
    const distinct = [0n, -1n, 1n, 10n ** BigInt(precision) - 1n, 1n - 10n ** BigInt(precision), ...(precision > 4 ? [256n, 65_536n] : [])].filter((value) => BigInt.asIntN(bits, value) === value);
    const all = cells(300, (i) => distinct[i % distinct.length]!);
    expect([...dictionaryOf(type, all)!.codes.subarray(0, all.length)]).toEqual(all.map((_, i) => i % distinct.length));
  }
});

test('values that hardly repeat are left PLAIN', () => {
  expect(dictionaryOf(BIGINT, cells(5000, (i) => BigInt(i)))).toBeNull();
  expect(dictionaryOf(STRING, cells(100_000, (i) => `value ${i % 20_000}`))).toBeNull();
  expect(dictionaryOf(STRING, cells(2000, (i) => `${i % 600}${'x'.repeat(5000)}`))).toBeNull();
});

test('few values, and booleans, are left PLAIN', () => {
  expect(dictionaryOf(STRING, cells(63, () => 'a'))).toBeNull();
  expect(dictionaryOf({ physical: 'BOOLEAN' }, cells(1000, () => true))).toBeNull();
});
