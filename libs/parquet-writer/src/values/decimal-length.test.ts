import { expect, test } from 'vitest';
import { minimalDecimalLength } from './decimal-length.ts';

/** Greatest precision per length, as Redshift's reader expects it. */
const GREATEST_PRECISION = [2, 4, 6, 9, 11, 14, 16, 18, 21, 23, 26, 28, 31, 33, 35, 38];

test('each precision gets the smallest length that holds it', () => {
  for (let precision = 1; precision <= 38; precision++) {
    expect(minimalDecimalLength(precision)).toBe(1 + GREATEST_PRECISION.findIndex((greatest) => precision <= greatest));
  }
});

test.each([0, 39, 1.5, NaN])('%d digits are refused', (precision) => {
  expect(() => minimalDecimalLength(precision)).toThrow(RangeError);
});
