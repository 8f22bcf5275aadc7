import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SqlLiteral } from './sql-literal.ts';

test('strings become hexadecimal, whatever they hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const { sql } = SqlLiteral.encode('string', text);
      expect(sql).toMatch(/^_utf8mb4 X'([0-9a-f]{2})*'$/);
      expect(Buffer.from(sql.slice(11, -1), 'hex').toString('utf8')).toBe(text);
    }),
  );
});

test('a string with an unpaired surrogate is refused', () => {
  expect(() => SqlLiteral.encode('string', 'a\ud800')).toThrowError(expect.objectContaining({ code: 'CDC_LITERAL' }));
});

test.each([
  ['integer', '-9223372036854775808'],
  ['integer', '18446744073709551615'],
  ['decimal', '-12345678901234567890.0123456789'],
  ['date', '9999-12-31'],
  ['datetime', '2026-01-31 23:59:59.999999'],
  ['hex', '00FF'],
] as const)('%s %s is taken', (kind, text) => {
  expect(SqlLiteral.encode(kind, text).sql).toContain(text);
});

test.each(['integer', 'decimal', 'date', 'datetime', 'hex'] as const)('%s takes nothing that could leave its place', (kind) => {
  for (const text of ["1'; DROP TABLE orders; --", '1 OR 1=1', '1e9', '0x1', '', ' 1', '1\n', "2026-01-31'", '١']) {
    if (kind === 'hex' && text === '') continue;
    expect(() => SqlLiteral.encode(kind, text), `${kind} ${JSON.stringify(text)}`).toThrowError(expect.objectContaining({ code: 'CDC_LITERAL' }));
  }
});
