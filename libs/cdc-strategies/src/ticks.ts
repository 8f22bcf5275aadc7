import type { SourceColumn } from '@tidemark/domain';
import { earlierInZone } from './time-zone.ts';
import { microsOfText, textAfter, textBefore, tickBound } from './tick-bound.ts';

/** How the values of a timestamp column count time. `auto` is settled before a strategy is made. */
export type TimestampFormat = 'datetime' | 'unix' | 'unix_ms';

/** The clock of a timestamp column, as the texts of its values. */
export interface Ticks {
  /** The exclusive end of a run: `floor(now - lag)` to the tick. */
  bound(nowUtc: string, lagMs: number): string;
  /** A value moved back by a window, at a whole tick. */
  before(text: string, windowMs: number): string;
  /** The value one tick later. */
  after(text: string): string;
  /** True when the clock goes back now and then, and shows some times twice. */
  readonly repeats: boolean;
  /** A value that no row lies below, with room for a window before it. */
  readonly beforeAnyRow: string;
}

/** @param zone the zone in which DATETIME values are written */
export function ticksOf(column: SourceColumn, format: TimestampFormat, zone: string): Ticks {
  return format === 'datetime' ? datetimeTicks(column, zone) : unixTicks(format === 'unix' ? 1_000_000n : 1_000n);
}

function datetimeTicks(column: SourceColumn, zone: string): Ticks {
  const digits = column.datetimePrecision ?? 0;
  const changes = column.dataType !== 'timestamp' && zone !== 'UTC';
  return {
    bound: (nowUtc, lagMs) => tickBound({ column, nowUtc, lagMs, zone }).value,
    before: (text, windowMs) => textBefore(text, changes ? windowInZone(text, windowMs, zone) : windowMs, digits),
    after: (text) => textAfter(text, digits),
    repeats: changes,
    beforeAnyRow: textBefore('1971-01-01 00:00:00.000000', 0, digits),
  };
}

/** A window below a time, in the wall-clock time of a zone: longer by what the clock was put forward within it. */
function windowInZone(text: string, windowMs: number, zone: string): number {
  const wall = Number(microsOfText(text) / 1000n);
  return windowMs === 0 ? 0 : wall - earlierInZone(zone, wall, windowMs);
}

/** Seconds or milliseconds since 1970, which no time zone moves. */
function unixTicks(tickMicros: bigint): Ticks {
  const floor = (micros: bigint): bigint => {
    const rest = ((micros % tickMicros) + tickMicros) % tickMicros;
    return (micros - rest) / tickMicros;
  };
  return {
    bound: (nowUtc, lagMs) => floor(microsOfText(nowUtc) - BigInt(lagMs) * 1000n).toString(),
    before: (text, windowMs) => floor(BigInt(text) * tickMicros - BigInt(windowMs) * 1000n).toString(),
    after: (text) => (BigInt(text) + 1n).toString(),
    repeats: false,
    beforeAnyRow: '0',
  };
}
