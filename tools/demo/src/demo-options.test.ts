import { expect, test } from 'vitest';
import { demoOptions } from './demo-options.ts';

test('without arguments: 300,000 orders, and the servers end', () => {
  expect(demoOptions([])).toEqual({ orderCount: 300_000, keep: false });
});

test('--rows and --keep', () => {
  expect(demoOptions(['--keep', '--rows', '600'])).toEqual({ orderCount: 600, keep: true });
  expect(demoOptions(['--rows=1000'])).toEqual({ orderCount: 1000, keep: false });
});

test.each([['--rows'], ['--rows=99'], ['--rows=1e9'], ['--rows=10.5'], ['--rows=many'], ['--unknown'], ['extra']])('%s is refused', (argument) => {
  expect(demoOptions([argument])).toBeUndefined();
});
