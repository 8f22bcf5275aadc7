import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sourceColumn } from '../test/orders-table.ts';
import { microsOfText, textAfter, textBefore, textOfMicros, tickBound } from './tick-bound.ts';
import { zoneOffsetMs } from './time-zone.ts';

const datetime = (digits: number) => sourceColumn('updated_at', 'datetime', { datetimePrecision: digits });

test.each([
  [0, '2026-01-31 12:00:00'],
  [3, '2026-01-31 12:00:00.123'],
  [6, '2026-01-31 12:00:00.123456'],
])('with %i digits the bound is now less the lag, floored to the tick', (digits, value) => {
  expect(tickBound({ column: datetime(digits), nowUtc: '2026-01-31 12:00:05.123456', lagMs: 5000, zone: 'UTC' })).toEqual({ column: 'updated_at', value });
});

test('texts before 1970 keep their microseconds', () => {
  expect(textOfMicros(microsOfText('1969-12-31 23:59:59.999999'), 6)).toBe('1969-12-31 23:59:59.999999');
  expect(textBefore('1970-01-01 00:00:00.000000', 1, 6)).toBe('1969-12-31 23:59:59.999000');
});

test('microseconds and text are one to one', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -62_167_219_200_000_000n, max: 253_402_300_799_999_999n }), (micros) => {
      expect(microsOfText(textOfMicros(micros, 6))).toBe(micros);
    }),
  );
});

const berlin = (nowUtc: string): string => tickBound({ column: datetime(0), nowUtc, lagMs: 0, zone: 'Europe/Berlin' }).value;

test.each([
  ['2026-10-24 23:59:59', '2026-10-25 01:59:59'],
  ['2026-10-25 00:00:00', '2026-10-25 02:00:00'],
  ['2026-10-25 00:30:00', '2026-10-25 02:00:00'],
  ['2026-10-25 00:59:59', '2026-10-25 02:00:00'],
  ['2026-10-25 01:00:00', '2026-10-25 02:00:00'],
  ['2026-10-25 01:30:00', '2026-10-25 02:30:00'],
  ['2026-10-25 02:00:00', '2026-10-25 03:00:00'],
])('in autumn the bound waits for the hour to pass twice: at %s UTC it is %s', (nowUtc, bound) => {
  expect(berlin(nowUtc)).toBe(bound);
});

test.each([
  ['2026-03-29 00:59:59', '2026-03-29 01:59:59'],
  ['2026-03-29 01:00:00', '2026-03-29 03:00:00'],
])('in spring the bound jumps with the clock: at %s UTC it is %s', (nowUtc, bound) => {
  expect(berlin(nowUtc)).toBe(bound);
});

test.each(['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia'])('I8: no clock in %s shows a time below a bound after the bound was taken', (zone) => {
  const start = Date.UTC(2026, 0, 1);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 365 * 86_400 }), fc.integer({ min: 0, max: 2 * 86_400 }), (atSecond, later) => {
      const at = start + atSecond * 1000;
      const text = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
      const bound = tickBound({ column: datetime(0), nowUtc: text(at), lagMs: 0, zone }).value;
      const writtenAt = at + later * 1000;
      expect(text(writtenAt + zoneOffsetMs(zone, writtenAt)) >= bound).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test('TIMESTAMP is bounded in UTC whatever the zone', () => {
  expect(tickBound({ column: sourceColumn('at', 'timestamp', { datetimePrecision: 0 }), nowUtc: '2026-10-25 00:30:00', lagMs: 0, zone: 'Europe/Berlin' }).value).toBe('2026-10-25 00:30:00');
});

test.each([
  ['0000-00-00 00:00:00', 0, '0000-00-00 00:00:01'],
  ['0000-00-00 00:00:00.000', 3, '0000-00-00 00:00:00.001'],
  ['2010-00-15 23:59:59', 0, '2010-00-16 00:00:00'],
  ['2010-00-31 23:59:59', 0, '2010-01-00 00:00:00'],
  ['0001-01-01 00:00:00', 0, '0001-01-01 00:00:01'],
  ['0099-12-31 23:59:59.999999', 6, '0100-01-01 00:00:00.000000'],
])('the tick after %s is the next one in the order of the server', (text, digits, next) => {
  expect(textAfter(text, digits)).toBe(next);
});

test('a window below the first times ends at the zero date', () => {
  expect(textBefore('0001-01-01 00:00:00', 60_000, 0)).toBe('0000-12-31 23:59:00');
  expect(textBefore('0000-00-00 00:00:00.000000', 60_000, 6)).toBe('0000-00-00 00:00:00.000000');
});
