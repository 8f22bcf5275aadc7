import type { CursorOrder, Position } from '@tidemark/domain';

/**
 * Which of two texts of a column comes first: negative, 0 or positive; null where only the server can tell.
 * @param order how texts of the column compare
 */
export function compareTexts(left: string, right: string, order: CursorOrder): number | null {
  if (left === right) return 0;
  if (order === 'server') return null;
  if (order === 'number') return compareNumbers(left, right);
  const width = Math.max(left.length, right.length);
  // A time with fewer digits is that time with zeros: `12:00:00` and `12:00:00.000`.
  const padded = (text: string): string => (order === 'time' && text.length >= 19 ? `${text}${text.length === 19 ? '.' : ''}`.padEnd(width + 1, '0') : text);
  return padded(left) < padded(right) ? -1 : padded(left) === padded(right) ? 0 : 1;
}

function compareNumbers(left: string, right: string): number | null {
  const scaled = /^-?\d+(\.\d+)?$/;
  if (!scaled.test(left) || !scaled.test(right)) return null;
  const digits = Math.max(...[left, right].map((text) => (text.split('.')[1] ?? '').length));
  const whole = (text: string): bigint => {
    const [integer, fraction = ''] = text.split('.');
    return BigInt(`${integer}${fraction.padEnd(digits, '0')}`);
  };
  const [first, second] = [whole(left), whole(right)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** True when reading after `next` certainly reads nothing that reading up to `before` has read. What cannot be decided here counts as going back. */
export function isAtOrAfter(next: Position, before: Position | null, orders: readonly CursorOrder[]): boolean {
  if (before === null) return false;
  // A tick is the first that was not read: whatever stands at it or after it is new.
  if (before.kind === 'tick') {
    const [column, value] = next.kind === 'tick' ? [next.column, next.value] : next.kind === 'keyset' ? [next.columns[0], next.values[0]!] : [];
    return column === before.column && (compareTexts(value!, before.value, orders[0] ?? 'server') ?? -1) >= 0;
  }
  if (next.kind !== before.kind || next.kind !== 'keyset' || before.kind !== 'keyset' || next.columns.join('\0') !== before.columns.join('\0')) return false;
  for (const [index, order] of orders.entries()) {
    const difference = compareTexts(next.values[index]!, before.values[index]!, order);
    if (difference === null) return false;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
