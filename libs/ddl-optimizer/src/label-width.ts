/** Labels may be added to an ENUM or SET at any time; a width with room to spare outlives that. */
const HEADROOM = 2;
const MIN_BYTES = 64;
const MAX_BYTES = 65_535;

const utf8 = new TextEncoder();

/**
 * The labels in a COLUMN_TYPE such as `enum('a','it''s')`, in order.
 * Backslash escapes are left as they stand: a label is never longer than what is returned.
 */
export function labelsOf(columnType: string): readonly string[] {
  const open = columnType.indexOf('(');
  if (open < 0) return [];
  return [...columnType.slice(open).matchAll(/'((?:[^']|'')*)'/gs)].map((match) => (match[1] ?? '').replaceAll("''", "'"));
}

function withHeadroom(bytes: number): number {
  return Math.min(MAX_BYTES, Math.max(MIN_BYTES, bytes * HEADROOM));
}

/** Bytes for any one label, and as much again. */
export function enumBytes(columnType: string): number {
  return withHeadroom(labelsOf(columnType).reduce((longest, label) => Math.max(longest, utf8.encode(label).length), 0));
}

/** Bytes for all labels joined by commas, and as much again. */
export function setBytes(columnType: string): number {
  const labels = labelsOf(columnType);
  return withHeadroom(labels.reduce((sum, label) => sum + utf8.encode(label).length, 0) + Math.max(0, labels.length - 1));
}
