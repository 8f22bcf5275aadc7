import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchOf, decodeCells, refusalOf } from '../../test/decode.ts';
import { staged } from '../../test/staged-columns.ts';

const days = fc.integer({ min: Date.UTC(1000, 0, 1) / 86_400_000, max: Date.UTC(9999, 11, 31) / 86_400_000 });
const two = (value: number): string => String(value).padStart(2, '0');

describe('I6: times arrive exactly', () => {
  test('every day from 1000 to 9999 in a row', () => {
    const texts: string[] = [];
    for (let day = Date.UTC(1000, 0, 1) / 86_400_000; day <= Date.UTC(9999, 11, 31) / 86_400_000; day += 1) texts.push(new Date(day * 86_400_000).toISOString().slice(0, 10));
    const decoded = decodeCells(staged('date'), texts);
    expect(texts.filter((text, index) => decoded[index] !== text)).toEqual([]);
    expect(decoded).toHaveLength(texts.length);
  });

  test('any microsecond', () => {
    fc.assert(fc.property(days, fc.integer({ min: 0, max: 86_399 }), fc.integer({ min: 0, max: 999_999 }), (day, second, micro) => {
      const text = `${new Date(day * 86_400_000 + second * 1000).toISOString().slice(0, 19).replace('T', ' ')}.${String(micro).padStart(6, '0')}`;
      expect(decodeCells(staged('timestamp'), [text])).toEqual([text]);
    }), { numRuns: 2000 });
  });

  test.each([
    ['1970-01-01 00:00:00', '1970-01-01 00:00:00.000000'], ['1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999'], ['9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999'],
    ['2262-04-11 23:47:16.854775', '2262-04-11 23:47:16.854775'], ['2256-06-05 05:47:34.740993', '2256-06-05 05:47:34.740993'], ['2024-02-29 12:00:00.5', '2024-02-29 12:00:00.500000'], ['2024-06-01 12:34:56.789', '2024-06-01 12:34:56.789000'],
    ['0001-01-01 00:00:00', '0001-01-01 00:00:00.000000'],
  ])('%s', (text, expected) => {
    expect(decodeCells(staged('timestamp'), [text])).toEqual([expected]);
  });

  test('ten NULs are no day, the first cell of a column included', () => {
    expect(refusalOf(staged('date'), '\0'.repeat(10))[0]).toBe('SOURCE_PROTOCOL');
    expect(refusalOf(staged('timestamp'), `${'\0'.repeat(10)} 00:00:00`)[0]).toBe('SOURCE_PROTOCOL');
  });

  test('durations beyond a day and below zero', () => {
    fc.assert(fc.property(fc.boolean(), fc.integer({ min: 0, max: 838 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 999_999 }), (isNegative, hour, minute, second, micro) => {
      const text = `${isNegative ? '-' : ''}${two(hour)}:${two(minute)}:${two(second)}.${String(micro).padStart(6, '0')}`;
      const micros = BigInt(hour * 3600 + minute * 60 + second) * 1_000_000n + BigInt(micro);
      expect(decodeCells(staged('time_micros'), [text])).toEqual([isNegative ? -micros : micros]);
    }));
  });

  test('a day that follows a refused one is not taken for it', () => {
    expect(decodeCells(staged('date', { policies: { zeroDate: 'to_null' } }), ['2024-01-31', '2024-01-00', '2024-01-31', '2024-02-01'])).toEqual(['2024-01-31', null, '2024-01-31', '2024-02-01']);
  });
});

describe('zero dates', () => {
  const ZEROS = ['0000-00-00', '2024-00-10', '2024-01-00', '0000-00-01', '0000-12-31'];

  test.each(ZEROS)('%s fails by default', (text) => {
    expect(refusalOf(staged('date'), text)[0]).toBe('DATA_ZERO_DATE');
    expect(refusalOf(staged('timestamp'), `${text} 00:00:00`)[0]).toBe('DATA_ZERO_DATE');
  });

  test('to_null and sentinel are counted', () => {
    for (const [decode, suffix, sentinel] of [['date', '', '0001-01-01'], ['timestamp', ' 12:00:00.000001', '0001-01-01 00:00:00.000000']] as const) {
      const texts = [...ZEROS, '2024-01-01'].map((text) => text + suffix);
      const toNull = batchOf(staged(decode, { policies: { zeroDate: 'to_null' } }), texts);
      expect(toNull.policies).toEqual([{ column: 'c', policy: 'zero_date', action: 'to_null', count: 5 }]);
      expect([...toNull.batch.columns[0]!.defined]).toEqual([0, 0, 0, 0, 0, 1]);
      const column = staged(decode, { policies: { zeroDate: 'sentinel' } });
      expect(decodeCells(column, texts).slice(0, 5)).toEqual([sentinel, sentinel, sentinel, sentinel, sentinel]);
      expect(batchOf(column, texts).policies).toEqual([{ column: 'c', policy: 'zero_date', action: 'sentinel', count: 5 }]);
    }
  });
});

test('days that a month does not have', () => {
  for (const text of ['2023-02-29', '1900-02-29', '2024-04-31', '2024-02-30']) expect(refusalOf(staged('date', { policies: { zeroDate: 'to_null' } }), text)[0]).toBe('DATA_INVALID_DATE');
  expect(decodeCells(staged('date'), ['2000-02-29', '2024-02-29'])).toEqual(['2000-02-29', '2024-02-29']);
});

test.each(['', '2024-01-0', '2024-1-01', '2024-13-01', '2024-01-32', '20240101', '2024/01/01', '2024-01-01 ', ':024-01-01', '2024-0;-01', '-024-01-01', '2024-99-99', 'ÿÿÿÿ-ÿ-ÿ'])('%j is no date', (text) => {
  expect(refusalOf(staged('date'), text)[0]).toBe('SOURCE_PROTOCOL');
});

test.each(['', '2024-01-01', '2024-01-01 00:00', '2024-01-01T00:00:00', '2024-01-01 24:00:00', '2024-01-01 00:60:00', '2024-01-01 00:00:60', '2024-01-01 00:00:00.', '2024-01-01 00:00:00.1234567', '2024-01-01 00:00:00,5', '2024-01-01 00-00-00', '2024-13-01 00:00:00', '2024-01-01 0x:00:00', '2024-01-01 00:00:00.5x'])('%j is no date and time', (text) => {
  expect(refusalOf(staged('timestamp'), text)[0]).toBe('SOURCE_PROTOCOL');
});

test.each(['', '-', '1:00:00', '0000:00:00', '839:00:00', '00:60:00', '00:00:60', '00:00', '00:00:00.', '00:00:00.1234567', '--00:00:00', '00.00:00', 'ab:00:00', '00:00:00x'])('%j is no time', (text) => {
  expect(refusalOf(staged('time_micros'), text)[0]).toBe('SOURCE_PROTOCOL');
});
