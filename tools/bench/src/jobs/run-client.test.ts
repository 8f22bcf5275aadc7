import { expect, test } from 'vitest';
import { childSeconds } from './run-client.ts';

test("the times of the shell's children are read, in the forms of dash and bash", () => {
  expect(childSeconds('0m0.000000s 0m0.001000s\n1m2.250000s 0m0.500000s\n')).toBe(62.75);
  expect(childSeconds('0m0.001s 0m0.002s\n0m3.100s 0m0.400s\n')).toBeCloseTo(3.5);
});

test('other words than times are an error, not zero', () => {
  expect(() => childSeconds('user 1.0')).toThrow(/times/);
});
