import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeHybrid, hybridBound } from './run-length-hybrid.ts';

function encoded(values: readonly number[], bitWidth: number): number[] {
  const out = new Uint8Array(hybridBound(values.length, bitWidth));
  const end = encodeHybrid(Uint16Array.from(values), 0, values.length, bitWidth, out, 0);
  expect(end).toBeLessThanOrEqual(out.length);
  return [...out.subarray(0, end)];
}

/** A decoder written from the format's description. */
function decoded(bytes: readonly number[], bitWidth: number, count: number): number[] {
  const values: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      header += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    if (header % 2 === 0) {
      let value = 0;
      for (let i = 0; i < Math.ceil(bitWidth / 8); i++) value += bytes[at++]! * 256 ** i;
      for (let i = 0; i < header / 2; i++) values.push(value);
    } else {
      const groups = (header - 1) / 2;
      for (let bit = 0; bit < groups * 8 * bitWidth; bit += bitWidth) {
        let value = 0;
        for (let i = 0; i < bitWidth; i++) value += ((bytes[at + ((bit + i) >> 3)]! >> ((bit + i) & 7)) & 1) * 2 ** i;
        values.push(value);
      }
      at += groups * bitWidth;
    }
  }
  expect(values.length - count).toBeLessThan(8);
  return values.slice(0, count);
}

test('the example of the format: 0 to 7 in 3 bits', () => {
  expect(encoded([0, 1, 2, 3, 4, 5, 6, 7], 3)).toEqual([3, 0b10001000, 0b11000110, 0b11111010]);
});

test('one value alone is one run', () => {
  expect(encoded(new Array<number>(200).fill(1), 1)).toEqual([0x90, 0x03, 1]);
});

test('a long run between mixed values is written as a run', () => {
  const values = [0, 1, 0, 1, 0, 1, 0, 1, ...new Array<number>(500).fill(1), 0];
  expect(encoded(values, 1).length).toBeLessThan(10);
});

test('every sequence comes back, and fits the bound', () => {
  const sequence = fc.integer({ min: 1, max: 16 }).chain((bitWidth) =>
    fc.record({
      bitWidth: fc.constant(bitWidth),
      runs: fc.array(fc.record({ value: fc.integer({ min: 0, max: 2 ** bitWidth - 1 }), length: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 150 })) }), { minLength: 1, maxLength: 80 }),
    }),
  );
  fc.assert(
    fc.property(sequence, ({ bitWidth, runs }) => {
      const values = runs.flatMap(({ value, length }) => new Array<number>(length).fill(value));
      expect(decoded(encoded(values, bitWidth), bitWidth, values.length)).toEqual(values);
    }),
    { numRuns: 500 },
  );
});
