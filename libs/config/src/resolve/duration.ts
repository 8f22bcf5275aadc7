const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `500ms`, `5s`, `15m`, `1h`, `7d` or 0. */
export function durationMs(value: string | number): number {
  const match = /^(\d+)(ms|s|m|h|d)?$/.exec(String(value));
  const [, digits, unit] = match ?? [];
  if (digits === undefined || (unit === undefined && Number(digits) !== 0)) throw new RangeError('not a duration');
  return Number(digits) * (UNIT_MS[unit ?? 'ms'] ?? 1);
}
