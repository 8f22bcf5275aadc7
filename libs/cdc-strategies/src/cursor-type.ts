import type { CursorOrder, SourceColumn } from '@tidemark/domain';
import type { LiteralKind } from './sql-literal.ts';

/** How a column serves as part of a cursor. */
export interface CursorType {
  readonly literal: LiteralKind;
  readonly order: CursorOrder;
  /** True when the server's text of the plain column is the cursor text; else it is selected as HEX(). */
  readonly isPlainText: boolean;
}

const INTEGER: CursorType = { literal: 'integer', order: 'number', isPlainText: true };
const DECIMAL: CursorType = { literal: 'decimal', order: 'number', isPlainText: true };
const DATE: CursorType = { literal: 'date', order: 'time', isPlainText: true };
const DATETIME: CursorType = { literal: 'datetime', order: 'time', isPlainText: true };
const STRING: CursorType = { literal: 'string', order: 'server', isPlainText: true };
const BINARY: CursorType = { literal: 'hex', order: 'binary', isPlainText: false };

/**
 * Column types that can be paged by. ENUM and SET order by index and compare by text, FLOAT and DOUBLE lose digits,
 * TEXT and BLOB keys are prefixes: none of them is here.
 */
export const KEY_TYPES: Readonly<Record<string, CursorType>> = {
  tinyint: INTEGER, smallint: INTEGER, mediumint: INTEGER, int: INTEGER, bigint: INTEGER, year: INTEGER,
  decimal: DECIMAL,
  date: DATE, datetime: DATETIME, timestamp: DATETIME,
  char: STRING, varchar: STRING, uuid: STRING, inet4: STRING, inet6: STRING,
  binary: BINARY, varbinary: BINARY,
};

/** Column types that can be the timestamp of a cursor. */
export const TIMESTAMP_TYPES: readonly string[] = ['datetime', 'timestamp'];

/** Column types that can hold seconds or milliseconds since 1970. */
export const INTEGER_TYPES: readonly string[] = ['int', 'bigint'];

/** Undefined when the column cannot be part of a cursor. */
export function cursorTypeOf(column: SourceColumn): CursorType | undefined {
  return Object.hasOwn(KEY_TYPES, column.dataType) ? KEY_TYPES[column.dataType] : undefined;
}
