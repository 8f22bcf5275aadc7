const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

/** Offset of a zone from UTC at an instant, in milliseconds; positive east of Greenwich. */
export function zoneOffsetMs(zone: string, instantMs: number): number {
  if (zone === 'UTC') return 0;
  const parts = Object.fromEntries(formatOf(zone).formatToParts(instantMs).map((part) => [part.type, Number(part.value)])) as Record<string, number>;
  const wall = Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!);
  return wall - Math.floor(instantMs / 1000) * 1000;
}

const STEP_MS = 15 * 60_000;
/** The longest step back that a zone has made: one day, at the date line. */
const HORIZON_MS = 26 * 3_600_000;

/**
 * The earliest wall-clock time that a clock in the zone can still show at the instant or later, as milliseconds read as if they were UTC.
 * It lies before the present wall-clock time only in the stretch that will come twice.
 */
export function earliestWallTimeFrom(zone: string, instantMs: number): number {
  const wall = (at: number): number => at + zoneOffsetMs(zone, at);
  let earliest = wall(instantMs);
  if (zone === 'UTC') return earliest;
  let before = instantMs;
  for (let at = instantMs + STEP_MS; at <= instantMs + HORIZON_MS; at += STEP_MS) {
    if (zoneOffsetMs(zone, at) < zoneOffsetMs(zone, before)) {
      earliest = Math.min(earliest, wall(firstInstantOfNewOffset(zone, before, at)));
    }
    before = at;
  }
  return earliest;
}

/** The first whole second in (low, high] whose offset is that of `high`. */
function firstInstantOfNewOffset(zone: string, low: number, high: number): number {
  const offset = zoneOffsetMs(zone, high);
  let from = Math.floor(low / 1000);
  let to = Math.ceil(high / 1000);
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (zoneOffsetMs(zone, middle * 1000) === offset) to = middle;
    else from = middle;
  }
  return to * 1000;
}

/**
 * The earliest wall-clock time that a clock in the zone can have shown a window of time ago, when it shows `wallMs` now; both as milliseconds read as
 * if they were UTC. It lies before `wallMs - windowMs` where the clock was put forward in between.
 */
export function earlierInZone(zone: string, wallMs: number, windowMs: number): number {
  const offsets = [wallMs - HORIZON_MS, wallMs + HORIZON_MS].map((at) => zoneOffsetMs(zone, at));
  const instants = offsets.map((offset) => wallMs - offset);
  const shown = instants.filter((at) => at + zoneOffsetMs(zone, at) === wallMs);
  // A time that no clock shows is one that was skipped: either side of the change may be meant.
  const walls = (shown.length > 0 ? shown : instants).map((at) => at - windowMs + zoneOffsetMs(zone, at - windowMs));
  return Math.min(wallMs - windowMs, ...walls);
}
