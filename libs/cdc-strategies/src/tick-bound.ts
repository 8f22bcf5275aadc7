import type { Bound, SourceColumn } from '@tidemark/domain';
import { earliestWallTimeFrom } from './time-zone.ts';

const ZERO_DATE = '0000-00-00 00:00:00';

const NOW = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/;

/** Microseconds since 1970 of a server's date-time text, read as UTC. */
export function microsOfText(text: string): bigint {
  const match = NOW.exec(text);
  if (match === null) throw new RangeError(`not a date-time text: ${text.length} characters`);
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  // Date.UTC takes the years before 100 for those of the twentieth century.
  const instant = new Date(0);
  instant.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  instant.setUTCHours(Number(hour), Number(minute), Number(second));
  return (BigInt(instant.getTime()) / 1000n) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

const YEAR_ZERO_MICROS = microsOfText('0000-01-01 00:00:00');

/** The text of microseconds since 1970 with the given number of fractional digits; digits beyond are cut. A time before the year 0 is the zero date. */
export function textOfMicros(micros: bigint, digits: number): string {
  if (micros < YEAR_ZERO_MICROS) return digits === 0 ? ZERO_DATE : `${ZERO_DATE}.${'0'.repeat(digits)}`;
  const seconds = micros >= 0n ? micros / 1_000_000n : -((-micros + 999_999n) / 1_000_000n);
  const fraction = (micros - seconds * 1_000_000n).toString().padStart(6, '0').slice(0, digits);
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return digits === 0 ? whole : `${whole}.${fraction}`;
}

/** Length of the smallest step of a column with so many fractional digits, in microseconds. */
function tickMicros(digits: number): bigint {
  return 10n ** BigInt(6 - digits);
}

function floorToTick(micros: bigint, digits: number): bigint {
  const tick = tickMicros(digits);
  const rest = ((micros % tick) + tick) % tick;
  return micros - rest;
}

export interface BoundRequest {
  readonly column: SourceColumn;
  /** UTC with microseconds, from the server. */
  readonly nowUtc: string;
  readonly lagMs: number;
  /** The zone in which DATETIME values are written; TIMESTAMP is always read in UTC. */
  readonly zone: string;
}

/**
 * The exclusive upper end of a run: `floor(now - lag)` to the column's tick, in the cursor's zone.
 * No later write can carry a value below it, unless its transaction is still open: so a cursor never stands inside an open tick.
 */
export function tickBound({ column, nowUtc, lagMs, zone }: BoundRequest): Bound {
  const digits = column.datetimePrecision ?? 0;
  const micros = microsOfText(nowUtc) - BigInt(lagMs) * 1000n;
  return { column: column.name, value: textOfMicros(floorToTick(inCursorZone(column, micros, zone), digits), digits) };
}

function inCursorZone(column: SourceColumn, micros: bigint, zone: string): bigint {
  if (column.dataType === 'timestamp' || zone === 'UTC') return micros;
  const instantMs = Number(floorToTick(micros, 3) / 1000n);
  return BigInt(earliestWallTimeFrom(zone, instantMs)) * 1000n + (micros - BigInt(instantMs) * 1000n);
}

const HALF_ZERO_DATE = /^(\d{4})-(\d{2})-(\d{2}) /;
const DAY_MICROS = 86_400_000_000n;

/** The text one tick later, in the server's order: a date whose month or day is 0 lies before the first of it, and in no calendar. */
export function textAfter(text: string, digits: number): string {
  const [date, year, month, day] = HALF_ZERO_DATE.exec(text) ?? [];
  if (date === undefined || (month !== '00' && day !== '00')) return textOfMicros(microsOfText(text) + tickMicros(digits), digits);
  const time = microsOfText(`1970-01-01 ${text.slice(date.length)}`) + tickMicros(digits);
  if (time < DAY_MICROS) return date + textOfMicros(time, digits).slice(date.length);
  const isLastDay = day === '31';
  const following = `${year}-${isLastDay ? '01' : month}-${isLastDay ? '00' : String(Number(day) + 1).padStart(2, '0')} `;
  return following + textOfMicros(0n, digits).slice(date.length);
}

/** A cursor text moved back by a window, floored to the tick. */
export function textBefore(text: string, windowMs: number, digits: number): string {
  return textOfMicros(floorToTick(microsOfText(text) - BigInt(windowMs) * 1000n, digits), digits);
}
