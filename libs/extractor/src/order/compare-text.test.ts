import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareByteText } from './compare-byte-text.ts';
import { compareNumberText } from './compare-number-text.ts';
import { compareTimeText } from './compare-time-text.ts';

function sign(compare: typeof compareNumberText, a: string, b: string): number {
  const x = Buffer.from(`xx${a}yy`);
  const y = Buffer.from(`z${b}`);
  return Math.sign(compare(x, 2, x.length - 2, y, 1, y.length));
}

describe('numbers by their text', () => {
  test('whole numbers, padded or not, as BigInt orders them', () => {
    const near = fc.bigInt({ min: -1000n, max: 1000n });
    const numbers = fc.oneof(near, fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }));
    fc.assert(fc.property(numbers, numbers, fc.nat(3), (a, b, zeros) => {
      const padded = `${a < 0n ? '-' : ''}${'0'.repeat(zeros)}${a < 0n ? -a : a}`;
      expect(sign(compareNumberText, padded, String(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }), { numRuns: 2000 });
  });

  test('decimals of any scale, as fractions order them', () => {
    const decimal = fc.record({ unscaled: fc.bigInt({ min: -20_000n, max: 20_000n }), scale: fc.nat(6) });
    const text = ({ unscaled, scale }: { unscaled: bigint; scale: number }): string => {
      const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
      return `${unscaled < 0n ? '-' : ''}${scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`}`;
    };
    fc.assert(fc.property(decimal, decimal, (a, b) => {
      const x = a.unscaled * 10n ** BigInt(6 - a.scale);
      const y = b.unscaled * 10n ** BigInt(6 - b.scale);
      expect(sign(compareNumberText, text(a), text(b))).toBe(x < y ? -1 : x > y ? 1 : 0);
    }), { numRuns: 2000 });
  });

  test('floating point as Number orders it', () => {
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1e21, 1.5e21, -1e21, 1e-7, 12e3, 130, 100, 1e2));
    fc.assert(fc.property(numbers, numbers, (a, b) => {
      expect(sign(compareNumberText, String(a), String(b))).toBe(Math.sign(a - b) || 0);
    }), { numRuns: 2000 });
  });

  test.each([['12e3', '13e1', 1], ['1e10', '1510', 1], ['29.5', '1000', -1], ['100e-2', '1', 0], ['-0', '0', 0], ['0.10', '0.1', 0], ['007', '7', 0], ['9007199254740993', '9007199254740992', 1]])('%s and %s', (a, b, expected) => {
    expect(sign(compareNumberText, a, b)).toBe(expected);
    expect(sign(compareNumberText, b, a) + expected).toBe(0);
  });

  test.each(['', '-', 'a', '1a', '1.', '.5', '1e', '1.2.3', ' 1', '0x1', '--1'])('%j is no number', (text) => {
    expect(sign(compareNumberText, text, '1')).toBeNaN();
    expect(sign(compareNumberText, '15', text)).toBeNaN();
  });
});

describe('times by their text', () => {
  test.each([
    ['2024-01-01', '2024-01-02', -1], ['2024-01-01 00:00:00', '2024-01-01', 0], ['2024-01-01 00:00:01', '2024-01-01', 1], ['2024-01-01 12:00:00.000001', '2024-01-01 12:00:00', 1], ['2024-01-01 12:00:00.100', '2024-01-01 12:00:00.1', 0],
    ['1969-12-31 23:59:59.999999', '1970-01-01 00:00:00.000000', -1], ['0000-00-00 00:00:00', '0001-01-01 00:00:00', -1],
    ['-01:00:00', '01:00:00', -1], ['-02:00:00', '-01:00:00', -1], ['100:00:00', '99:59:59', 1], ['838:59:59.000000', '838:59:59', 0], ['-00:00:00', '00:00:00', 0], ['-00:00:00.1', '00:00:00', -1], ['00:00:01', '00:00:00.999999', 1],
  ])('%s and %s', (a, b, expected) => {
    expect(sign(compareTimeText, a, b)).toBe(expected);
    expect(sign(compareTimeText, b, a) + expected).toBe(0);
  });

  test('instants as Date orders them', () => {
    const instant = fc.date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
    const text = (date: Date): string => date.toISOString().replace('T', ' ').replace('Z', '');
    fc.assert(fc.property(instant, fc.oneof(instant, fc.integer({ min: -2000, max: 2000 })), (a, other) => {
      const b = typeof other === 'number' ? new Date(Math.min(Math.max(a.getTime() + other, Date.UTC(1000, 0, 1)), Date.UTC(9999, 11, 31))) : other;
      expect(sign(compareTimeText, text(a), text(b))).toBe(Math.sign(a.getTime() - b.getTime()));
    }), { numRuns: 2000 });
  });

  test.each(['', 'x', '2024-01-0x', '2024x01-01', '12:00', ':00:00', '12345:00:00', '2024-01-01 00.00.00'])('%j is no time', (text) => {
    expect(sign(compareTimeText, text, '2024-01-01 00:00:00')).toBeNaN();
  });
});

test('bytes as unsigned numbers, a beginning first', () => {
  expect([...['b', 'a', 'aa', '', 'ÿ', 'B']].sort((a, b) => sign(compareByteText, a, b))).toEqual(['', 'B', 'a', 'aa', 'b', 'ÿ']);
});
