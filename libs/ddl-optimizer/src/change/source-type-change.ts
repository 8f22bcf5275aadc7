import { labelsOf } from '../label-width.ts';

const familyOf = (columnType: string): string => /^[a-z0-9]+/i.exec(columnType)?.[0].toLowerCase() ?? columnType;

function fractionOf(columnType: string): number {
  return Number(/^\w+\((\d+)\)/.exec(columnType)?.[1] ?? 0);
}

function scaleOf(columnType: string): number {
  return Number(/^\w+\(\d+\s*,\s*(\d+)\)/.exec(columnType)?.[1] ?? 0);
}

const TEXTS = new Set(['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'json']);
const WITH_FRACTION = new Set(['datetime', 'timestamp', 'time']);

/**
 * True when MySQL may change stored values while it changes a column's type, although both types would hold them: it rounds a
 * fraction with no more than a note, counts time zones in, strips blanks, and turns a label that is gone into an empty one.
 * No row's cursor advances by that. https://dev.mysql.com/doc/refman/8.4/en/alter-table.html
 */
export function altersStoredValues(before: string, after: string): boolean {
  const [from, to] = [familyOf(before), familyOf(after)];
  if (WITH_FRACTION.has(from) || WITH_FRACTION.has(to)) return from !== to ? !(from === 'date' && to === 'datetime') : fractionOf(after) < fractionOf(before);
  if (TEXTS.has(from) && !TEXTS.has(to)) return true;
  if (from === 'double' && to === 'float') return true;
  if (from === 'decimal' && to === 'decimal') return scaleOf(after) < scaleOf(before);
  if (from === 'enum' || from === 'set') return from !== to || labelsOf(before).some((label) => !labelsOf(after).includes(label));
  if (to === 'enum' || to === 'set') return true;
  if ((from === 'varchar' && to === 'char') || (from === 'binary') !== (to === 'binary')) return true;
  return from === 'bit' ? to !== 'bit' : to === 'bit';
}
