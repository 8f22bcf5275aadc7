import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCells, refusalOf } from '../../test/decode.ts';
import { decimalColumn, staged } from '../../test/staged-columns.ts';

const INT16 = staged('int32', { parquet: { physical: 'INT32', logical: 'INT16' } });
const NO_NUMBERS = ['', '-', '+1', '1.', '1 ', ' 1', '0x1', '1e1', 'NULL', '--1', '1-', '٣', '1'.repeat(8) + 'x', '1'.repeat(12) + 'x', '1'.repeat(17) + 'x', '1'.repeat(30) + 'x', '-' + '9'.repeat(20) + '/'];

describe('I6: whole numbers arrive exactly', () => {
  test('32 bits, padded with zeros or not', () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 0, max: 30 }), (value, zeros) => {
      const text = `${value < 0 ? '-' : ''}${'0'.repeat(zeros)}${Math.abs(value)}`;
      expect(decodeCells(staged('int32'), [text, null, text])).toEqual([value, null, value].map((x) => (Object.is(x, -0) ? 0 : x)));
    }));
  });

  test('64 bits, padded with zeros or not', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer({ min: 0, max: 30 }), (value, zeros) => {
      const text = `${value < 0n ? '-' : ''}${'0'.repeat(zeros)}${value < 0n ? -value : value}`;
      expect(decodeCells(staged('int64'), [text])).toEqual([value]);
    }), { numRuns: 500 });
  });

  test.each(['-9223372036854775808', '9223372036854775807', '9007199254740993', '-9007199254740993', '4294967296', '-4294967296', '999999999999999', '1000000000000000', '-0'])('%s', (text) => {
    expect(decodeCells(staged('int64'), [text])).toEqual([BigInt(text)]);
  });

  test.each(['9223372036854775808', '-9223372036854775809', '99999999999999999999', '1' + '0'.repeat(40)])('%s is out of 64 bits', (text) => {
    expect(refusalOf(staged('int64'), text)[0]).toBe('DATA_OUT_OF_RANGE');
  });

  test.each(['2147483648', '-2147483649', '99999999999', '1' + '0'.repeat(40)])('%s is out of 32 bits', (text) => {
    expect(refusalOf(staged('int32'), text)[0]).toBe('DATA_OUT_OF_RANGE');
  });

  test('the 16 bits of a SMALLINT are held to', () => {
    expect(decodeCells(INT16, ['-32768', '32767', '0000'])).toEqual([-32_768, 32_767, 0]);
    for (const text of ['32768', '-32769', '1000000000000']) expect(refusalOf(INT16, text)[0]).toBe('DATA_OUT_OF_RANGE');
  });

  test.each(NO_NUMBERS)('%j is no whole number', (text) => {
    for (const column of [staged('int32'), INT16, staged('int64')]) expect(refusalOf(column, text)[0]).toBe('SOURCE_PROTOCOL');
  });
});

describe('I6: decimals arrive exactly', () => {
  const decimals = fc.tuple(fc.integer({ min: 1, max: 38 }), fc.integer({ min: 0, max: 37 })).filter(([precision, scale]) => scale <= precision)
    .chain(([precision, scale]) => fc.record({ precision: fc.constant(precision), scale: fc.constant(scale), unscaled: fc.bigInt({ min: -(10n ** BigInt(precision)) + 1n, max: 10n ** BigInt(precision) - 1n }), zeros: fc.integer({ min: 0, max: 5 }) }));

  test('any precision and scale, padded with zeros or not', () => {
    fc.assert(fc.property(decimals, ({ precision, scale, unscaled, zeros }) => {
      const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
      const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
      const sign = unscaled < 0n ? '-' : '';
      expect(decodeCells(decimalColumn(precision, scale), [`${sign}${'0'.repeat(zeros)}${text}`])).toEqual([`${sign}${text}`]);
    }), { numRuns: 1000 });
  });

  test('the numbers that floating point gets wrong', () => {
    const texts = ['1.15', '19.99', '4.35', '-0.01', '9999999999.99', '-9999999999.99', '0.00', '153297.86'];
    expect(decodeCells(decimalColumn(12, 2), texts)).toEqual(texts);
  });

  test('-0 is 0', () => {
    expect(decodeCells(decimalColumn(4, 2), ['-0.00'])).toEqual(['0.00']);
    expect(decodeCells(decimalColumn(30, 2), [`-${'0'.repeat(28)}.00`])).toEqual(['0.00']);
  });

  test('BIGINT UNSIGNED fits DECIMAL(20,0)', () => {
    expect(decodeCells(decimalColumn(20, 0), ['18446744073709551615', '0', '9223372036854775808'])).toEqual(['18446744073709551615', '0', '9223372036854775808']);
  });

  test('missing digits behind the point are zeros, too many are refused', () => {
    expect(decodeCells(decimalColumn(10, 4), ['1', '1.5', '-1.50000'])).toEqual(['1.0000', '1.5000', '-1.5000']);
    expect(refusalOf(decimalColumn(10, 4), '1.50001')).toEqual(['DATA_OUT_OF_RANGE', 'a number with 5 digits behind the point, at most 4 fit']);
  });

  test.each([[4, 2, '100.00'], [20, 0, '100000000000000000000'], [38, 10, '9'.repeat(29) + '.0000000000'], [15, 0, '9'.repeat(16)]])('DECIMAL(%i,%i) refuses %s', (precision, scale, text) => {
    expect(refusalOf(decimalColumn(precision, scale), text)[0]).toBe('DATA_OUT_OF_RANGE');
  });

  test.each([...NO_NUMBERS, '.50', '1.2.3', '1,00', '-.1', '12.3x', '1-2.34', '1.-2'])('%j is no decimal', (text) => {
    for (const column of [decimalColumn(12, 2), decimalColumn(38, 10), decimalColumn(20, 0)]) expect(refusalOf(column, text)[0]).toBe('SOURCE_PROTOCOL');
  });
});

describe('I6: floating point arrives as Number() reads it', () => {
  test('any double', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = Object.is(value, -0) ? '-0' : String(value);
      expect(Object.is(decodeCells(staged('float64'), [text])[0], value)).toBe(true);
    }), { numRuns: 1000 });
  });

  test('digits and a point, however many', () => {
    fc.assert(fc.property(fc.stringMatching(/^-?\d{1,20}(\.\d{1,20})?(e[-+]?\d{1,2})?$/), (text) => {
      expect(Object.is(decodeCells(staged('float64'), [text])[0], Number(text))).toBe(true);
    }), { numRuns: 1000 });
  });

  test('any float, by the text of its double', () => {
    fc.assert(fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Object.is(decodeCells(staged('float32'), [Object.is(value, -0) ? '-0' : String(value)])[0], value)).toBe(true);
    }), { numRuns: 1000 });
  });

  test('beyond the range', () => {
    expect(refusalOf(staged('float64'), '1e309')[0]).toBe('DATA_OUT_OF_RANGE');
    expect(refusalOf(staged('float32'), '3.5e38')[0]).toBe('DATA_OUT_OF_RANGE');
  });

  test.each([...NO_NUMBERS.filter((text) => text !== '1e1'), '.5', '1.', '1e', '1.e1', 'inf', 'nan', 'Infinity', '1'.repeat(500)])('%j is no number', (text) => {
    for (const column of [staged('float32'), staged('float64')]) expect(refusalOf(column, text)[0]).toBe('SOURCE_PROTOCOL');
  });
});

test('a boolean is 0 or 1', () => {
  expect(decodeCells(staged('boolean'), ['0', '1', null])).toEqual([false, true, null]);
  expect(refusalOf(staged('boolean'), '2')).toEqual(['DATA_NOT_BOOLEAN', 'a whole number of 1 digit that is neither 0 nor 1']);
  expect(refusalOf(staged('boolean'), '-128')[0]).toBe('DATA_NOT_BOOLEAN');
  for (const text of ['', 't', '\u0001', '-']) expect(refusalOf(staged('boolean'), text)[0]).toBe('SOURCE_PROTOCOL');
});
