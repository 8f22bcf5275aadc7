/** What differs from run to run, and what stands for it. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/sync_\d{8}_\d{6}_[0-9a-f]{8}/g, 'RUN_ID'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+(Z|\+00:00)?/g, 'TIME'],
  [/\b(127\.0\.0\.1|localhost):\d+/g, 'HOST'],
  [/\b\d+(\.\d+)? s\b|\b\d+m \d\ds\b/g, 'SECONDS'],
  [/\b\d+ B\b|\b\d+\.\d kB\b/g, 'SIZE'],
  [/^(\s*rows +)about [\d,]+/gm, '$1about N'],
  [/^(version|clock) .*$/gm, '$1 SEEN'],
  [/"duration_seconds": [\d.]+/g, '"duration_seconds": SECONDS'],
  [/\b(reader|loader)_[0-9a-f]{6}\b/g, '$1'],
  [/-[0-9a-f]{8}-g(\d+)-/g, '-TABLE_ID-g$1-'],
  [/ +$/gm, ''],
];

/** A text with everything masked that differs from run to run. */
export function masked(text: string): string {
  return VARIABLE.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
