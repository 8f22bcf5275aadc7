import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

/** What may follow a DEFAULT expression, outside parentheses. */
const ENDS = ['encode', 'distkey', 'sortkey', 'not', 'null', 'unique', 'primary', 'references', 'collate', 'identity'] as const;

/** Takes the tokens of a DEFAULT expression: up to the next attribute of the column, or a comma of the top level. */
export function takeDefault(cursor: TokenCursor): readonly Token[] {
  const start = cursor.index;
  let depth = 0;
  while (!cursor.atEnd) {
    if (depth === 0 && (cursor.sees(',') || (cursor.index > start && ENDS.some((word) => cursor.sees(word))))) break;
    if (cursor.sees('(')) depth += 1;
    if (cursor.sees(')')) depth -= 1;
    cursor.next();
  }
  return cursor.tokens.slice(start, cursor.index);
}
