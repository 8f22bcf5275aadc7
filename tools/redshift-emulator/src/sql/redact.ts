import type { Token } from './tokenize.ts';

const SECRET_WORDS: ReadonlySet<string> = new Set(['access_key_id', 'secret_access_key', 'session_token', 'credentials', 'password', 'master_symmetric_key']);

/** The text of a statement without keys and passwords, as Redshift's own query log keeps it. */
export function redact(text: string, tokens: readonly Token[]): string {
  let result = '';
  let done = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'string') continue;
    const before = tokens[index - 1]?.value === 'as' ? tokens[index - 2] : tokens[index - 1];
    if (before?.kind !== 'word' || !SECRET_WORDS.has(before.value)) continue;
    result += `${text.slice(done, token.start)}'***'`;
    done = token.end;
  }
  return result + text.slice(done);
}
