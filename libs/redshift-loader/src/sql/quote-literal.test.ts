import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteLiteral } from './quote-literal.ts';

/** Reads a literal as Redshift does: a quote doubles, a backslash takes the next character. */
function unquote(literal: string): string | undefined {
  const match = /^'((?:[^'\\]|''|\\[^])*)'$/.exec(literal);
  return match?.[1]?.replace(/''|\\([^])/g, (_whole, escaped: string | undefined) => escaped ?? "'");
}

test('a literal holds exactly its value and ends where it should', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom("'", '\\', 'a', ';', '"', '\n', '語') }), (value) => {
    expect(unquote(quoteLiteral(value))).toBe(value);
  }));
});

test('NUL is refused', () => {
  expect(() => quoteLiteral('a\0')).toThrow(RangeError);
});
