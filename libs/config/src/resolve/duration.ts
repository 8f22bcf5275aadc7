const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(\d+)(ms|s|m|h|d)$/;

/** True for `500ms`, `5s`, `15m`, `1h`, `7d` and 0. */
export function isDuration(value: string | number): boolean {
  return String(value) === '0' || DURATION.test(String(value));
}

/** Milliseconds of a duration. */
export function durationMs(value: string | number): number {
  if (String(value) === '0') return 0;
  const [, digits, unit] = DURATION.exec(String(value)) ?? [];
  if (digits === undefined || unit === undefined) throw new RangeError('not a duration');
  return Number(digits) * UNIT_MS[unit]!;
}
