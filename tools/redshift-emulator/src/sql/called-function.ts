import { isWord } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

/** The function, in lower case, that a call at this token names: unqualified, or of pg_catalog. */
export function calledFunction(tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index];
  if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted') || !isWord(tokens[index + 1], '(')) return undefined;
  if (isWord(tokens[index - 1], '.') && tokens[index - 2]?.value.toLowerCase() !== 'pg_catalog') return undefined;
  return token.value.toLowerCase();
}
