import { expect, test } from 'vitest';
import { printable, printableLine } from './printable.ts';

test('control characters are written out, so that text cannot drive the terminal', () => {
  const hostile = 'a\u001b[2Jb\u0007c\rd\u0000e\u009bf\u007fg';
  expect(printable(hostile)).toBe('a\\u001b[2Jb\\u0007c\\u000dd\\u0000e\\u009bf\\u007fg');
  expect(printableLine(hostile)).toBe(printable(hostile));
});

test('lines and tabs stay in a text; a line has neither', () => {
  expect(printable('one\n\ttwo')).toBe('one\n\ttwo');
  expect(printableLine('one\n\ttwo')).toBe('one\\u000a two');
});

test('letters of every script stay', () => {
  const text = 'Bèla 智子 \u{1F600} ’…';
  expect(printable(text)).toBe(text);
  expect(printableLine(text)).toBe(text);
});
