import { zoneOffsetMs } from '@tidemark/cdc-strategies';

const NAIVE = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?)?$/;
const ZONED = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})$/i;
const UNIX = /^\d{9,13}$/;

export type OldTime =
  /** An instant, in milliseconds since 1970. */
  | { readonly kind: 'instant'; readonly ms: number }
  /** A wall-clock time without a zone. */
  | { readonly kind: 'naive' }
  | { readonly kind: 'unreadable' };

/**
 * Reads a time as the replaced tool wrote it: naive, with `T`, `Z` or an offset, or a UNIX time in seconds or milliseconds.
 * Digits below a millisecond are cut: the time only ever becomes earlier.
 * @param zone of naive times; null leaves them naive
 */
export function readOldTime(text: string, zone: string | null): OldTime {
  const trimmed = text.trim();
  if (UNIX.test(trimmed)) return { kind: 'instant', ms: Number(trimmed) * (trimmed.length > 11 ? 1 : 1000) };
  const zoned = ZONED.exec(trimmed);
  if (zoned !== null) return instantOf(`${zoned[1]}T${zoned[2]}.${millisOf(zoned[3])}${zoned[4]!.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`);
  const naive = NAIVE.exec(trimmed);
  if (naive === null) return { kind: 'unreadable' };
  const wall = instantOf(`${naive[1]}T${naive[2] ?? '00:00:00'}.${millisOf(naive[3])}Z`);
  if (wall.kind !== 'instant' || zone === null) return wall.kind === 'instant' ? { kind: 'naive' } : wall;
  return { kind: 'instant', ms: earliestInstantOf(wall.ms, zone) };
}

const millisOf = (digits = ''): string => digits.slice(0, 3).padEnd(3, '0');

function instantOf(iso: string): OldTime {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? { kind: 'unreadable' } : { kind: 'instant', ms };
}

/** Of a time that comes twice the first, of one that is left out the one before the gap: never a later one than was meant. */
function earliestInstantOf(wallMs: number, zone: string): number {
  const day = 86_400_000;
  const offsets = [wallMs - day, wallMs, wallMs + day].map((at) => zoneOffsetMs(zone, at));
  return Math.min(...offsets.map((offset) => wallMs - offset));
}
