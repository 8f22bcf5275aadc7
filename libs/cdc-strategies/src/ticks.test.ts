import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sourceColumn } from '../test/orders-table.ts';
import { ticksOf } from './ticks.ts';
import { zoneOffsetMs } from './time-zone.ts';

const QUARTER_MS = 15 * 60_000;
const berlin = ticksOf(sourceColumn('updated_at', 'datetime', { datetimePrecision: 0 }), 'datetime', 'Europe/Berlin');

test.each([
  ['2026-03-29 03:05:00', '2026-03-29 01:50:00'],
  ['2026-03-29 03:20:00', '2026-03-29 03:05:00'],
  ['2026-03-29 01:50:00', '2026-03-29 01:35:00'],
  ['2026-10-25 03:05:00', '2026-10-25 02:50:00'],
  ['2026-07-01 00:05:00', '2026-06-30 23:50:00'],
])('a quarter of an hour before %s reaches down to %s', (text, before) => {
  expect(berlin.before(text, QUARTER_MS)).toBe(before);
});

test('no window is no step, in the night of a change too', () => {
  expect(berlin.before('2026-03-29 03:05:00', 0)).toBe('2026-03-29 03:05:00');
});

test.each(['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe'])('P1: a time that a clock in %s has shown within the window lies in it', (zone) => {
  const ticks = ticksOf(sourceColumn('updated_at', 'datetime', { datetimePrecision: 0 }), 'datetime', zone);
  const shownAt = (ms: number): string => new Date(ms + zoneOffsetMs(zone, ms)).toISOString().slice(0, 19).replace('T', ' ');
  const start = Date.UTC(2026, 0, 1);
  const changes = Array.from({ length: 365 }, (_, day) => start + day * 86_400_000).filter((at) => zoneOffsetMs(zone, at) !== zoneOffsetMs(zone, at + 86_400_000));
  fc.assert(
    fc.property(fc.constantFrom(...changes), fc.integer({ min: 0, max: 2 * 86_400 }), fc.integer({ min: 1, max: 7200 }), fc.double({ min: 0, max: 1, noNaN: true }), (day, second, window, part) => {
      const at = day + second * 1000;
      expect(shownAt(at - Math.floor(window * part) * 1000) >= ticks.before(shownAt(at), window * 1000)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
