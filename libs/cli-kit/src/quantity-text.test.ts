import { expect, test } from 'vitest';
import { bytesText, countText, durationText } from './quantity-text.ts';

test.each([[0, '0'], [999, '999'], [1000, '1,000'], [1_234_567, '1,234,567'], [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991']])('%d rows are %s', (count, text) => {
  expect(countText(count)).toBe(text);
});

test.each([
  [0, '0 B'], [1, '1 B'], [999, '999 B'], [1000, '1.0 kB'], [999_949, '999.9 kB'], [999_950, '1.0 MB'], [12_345_678, '12.3 MB'], [999_999_999, '1.0 GB'], [5e12, '5.0 TB'], [5e15, '5000.0 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  [0, '0.0 s'], [0.04, '0.0 s'], [3.21, '3.2 s'], [59.94, '59.9 s'], [59.96, '1m 00s'], [60, '1m 00s'], [65, '1m 05s'], [119.7, '2m 00s'], [3599.6, '1h 00m 00s'], [7389, '2h 03m 09s'], [90_061, '25h 01m 01s'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
