import { expect, test } from 'vitest';
import { CLI_ERRORS } from './errors.ts';
import { EXIT_CODES } from './exit-codes.ts';

test('each code stands once, in order, and none is 1, which any program may end with', () => {
  const codes = EXIT_CODES.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].sort((left, right) => left - right));
  expect(codes).not.toContain(1);
});

test('each code has a meaning and something to do', () => {
  for (const { code, meaning, whatToDo } of EXIT_CODES) {
    expect(meaning, String(code)).not.toBe('');
    expect(whatToDo, String(code)).not.toBe('');
  }
});

test('the command line’s own errors end with codes of the table', () => {
  const codes = new Set(EXIT_CODES.map(({ code }) => code));
  for (const [name, { exit }] of Object.entries(CLI_ERRORS)) expect(codes, name).toContain(exit);
});
