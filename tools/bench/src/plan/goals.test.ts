import { expect, test } from 'vitest';
import { verdictOn } from './goals.ts';

test.each([
  ['least', 1.6, 'aim met'],
  ['least', 1.59, 'must met'],
  ['least', 1.3, 'must met'],
  ['least', 1.29, 'missed'],
] as const)('a figure of at %s 1.3, better 1.6: %d is "%s"', (sense, value, verdict) => {
  expect(verdictOn(value, { sense, must: 1.3, aim: 1.6 })).toBe(verdict);
});

test.each([
  [220, 'aim met'],
  [221, 'must met'],
  [301, 'missed'],
] as const)('a figure of at most 300, better 220: %d is "%s"', (value, verdict) => {
  expect(verdictOn(value, { sense: 'most', must: 300, aim: 220 })).toBe(verdict);
});

test('a figure without a goal cannot miss it', () => {
  expect(verdictOn(0, undefined)).toBe('no goal');
});
