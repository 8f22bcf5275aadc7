import { CdcError } from './errors.ts';

/** Spans that hide what they contain: quoted strings (with doubled quotes and backslashes) and quoted identifiers. */
export const QUOTED = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`/gs;

/**
 * Refuses a condition that could end the one it is put into: unbalanced parentheses or quotes, comments, semicolons.
 * The session is read-only and takes one statement; this keeps the bound of the range in force.
 *
 * @throws CdcError `CDC_PREDICATE`
 */
export function checkPredicate(condition: string, place: string): void {
  const refuse = (found: string): never => {
    throw new CdcError('CDC_PREDICATE', { message: `${place}: additional_where holds ${found}.`, details: { place, found } });
  };
  if (condition.trim() === '') refuse('no condition');
  refuseOpenText(condition, refuse);
}

/** Refuses text that could end what it is put into, or whose meaning depends on the session. @param refuse is told what was found, and throws */
export function refuseOpenText(text: string, refuse: (found: string) => never): void {
  if (text.includes('\0')) refuse('a NUL character');
  if (text.includes('\\')) refuse('a backslash, which depends on the sql_mode');
  const bare = text.replace(QUOTED, ' ');
  if (/['"`]/.test(bare)) refuse('a quote that is not closed');
  if (/--|#|\/\*|\*\//.test(bare)) refuse('a comment');
  if (bare.includes(';')) refuse('a semicolon');
  let depth = 0;
  for (const character of bare) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) refuse('a closing parenthesis without an opening one');
  }
  if (depth > 0) refuse('a parenthesis that is not closed');
}
