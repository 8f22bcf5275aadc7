import type { CursorColumn } from '@tidemark/domain';
import type { ColumnBuffer } from '../columns/column-buffer.ts';

/** Ways of decoding under which the order of the values is that of the texts. */
const ORDERED: readonly string[] = ['int32', 'int64', 'date', 'timestamp'];

/**
 * True when each of the last `count` rows of the vectors surely comes after the one before it. False says nothing: a cursor column may be none that
 * can be compared so, a policy may have changed a value, or a row may be out of order.
 */
export function isIncreasing(cursor: readonly { readonly column: CursorColumn }[], columns: readonly ColumnBuffer[], count: number): boolean {
  const compared: ColumnBuffer[] = [];
  for (const { column } of cursor) {
    const buffer = columns[column.index];
    if (buffer === undefined || !isComparable(column, buffer, count)) return false;
    compared.push(buffer);
  }
  const [first, ...others] = compared;
  return first !== undefined && (first.width === 8 ? longsIncrease(first, others, count) : intsIncrease(first, others, count));
}

function isComparable({ order }: CursorColumn, { staged, isChanged, valueCount, markedCount }: ColumnBuffer, count: number): boolean {
  return (order === 'number' || order === 'time') && staged.disguise === undefined && ORDERED.includes(staged.decode) && !isChanged && valueCount - markedCount === count;
}

function longsIncrease(column: ColumnBuffer, others: readonly ColumnBuffer[], count: number): boolean {
  const { int32: words, markedCount: first } = column;
  let low = words[2 * first]! >>> 0;
  let high = words[2 * first + 1]!;
  for (let row = 1; row < count; row++) {
    const nextLow = words[2 * (first + row)]! >>> 0;
    const nextHigh = words[2 * (first + row) + 1]!;
    if (nextHigh < high || (nextHigh === high && nextLow <= low)) {
      if (nextHigh !== high || nextLow !== low || !isGreater(others, row)) return false;
    }
    low = nextLow;
    high = nextHigh;
  }
  return true;
}

function intsIncrease(column: ColumnBuffer, others: readonly ColumnBuffer[], count: number): boolean {
  const { int32: words, markedCount: first } = column;
  for (let row = 1; row < count; row++) {
    const order = words[first + row]! - words[first + row - 1]!;
    if (order < 0 || (order === 0 && !isGreater(others, row))) return false;
  }
  return true;
}

/** Whether row `row` of the last rows is greater than the one before it by the columns behind the first. */
function isGreater(columns: readonly ColumnBuffer[], row: number): boolean {
  for (const { int32: words, markedCount, width } of columns) {
    const at = markedCount + row;
    const order = width === 8 ? words[2 * at + 1]! - words[2 * at - 1]! || (words[2 * at]! >>> 0) - (words[2 * at - 2]! >>> 0) : words[at]! - words[at - 1]!;
    if (order !== 0) return order > 0;
  }
  return false;
}
