import type { CursorOrder, SourceColumn } from '@tidemark/domain';
import { cursorTypeOf, type CursorType } from './cursor-type.ts';
import { CdcError } from './errors.ts';
import { SqlLiteral } from './sql-literal.ts';

/** A name in back-ticks, which double inside whatever the sql_mode. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** How a cursor column is selected, and how its texts can be ordered. */
export function cursorCellOf(column: SourceColumn): { readonly text: string; readonly order: CursorOrder; readonly isPlain: boolean } {
  const { isPlainText, order } = requireCursorType(column);
  return { text: isPlainText ? quoteName(column.name) : `HEX(${quoteName(column.name)})`, order, isPlain: isPlainText };
}

/** A cursor text of a column as SQL. */
export function literalOf(column: SourceColumn, text: string): SqlLiteral {
  return SqlLiteral.encode(requireCursorType(column).literal, text);
}

function requireCursorType(column: SourceColumn): CursorType {
  const type = cursorTypeOf(column);
  if (type === undefined) throw new CdcError('CDC_CURSOR_TYPE', { message: `${column.name} of type ${column.columnType} cannot be read in order.` });
  return type;
}
