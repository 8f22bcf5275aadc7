import { syntaxErrorAt } from '../wire/sql-error.ts';
import type { Token } from './tokenize.ts';

/** Walks a list of tokens and fails with 42601 at the first one that does not fit. */
export class TokenCursor {
  readonly tokens: readonly Token[];
  index: number;

  constructor(tokens: readonly Token[], index = 0) {
    this.tokens = tokens;
    this.index = index;
  }

  get current(): Token | undefined {
    return this.tokens[this.index];
  }

  get atEnd(): boolean {
    return this.index >= this.tokens.length;
  }

  /** True when the next tokens are these unquoted words or operators. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, ahead) => isWord(this.tokens[this.index + ahead], word));
  }

  /** Takes the words when they are next. */
  takes(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.index += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.takes(word)) throw this.error();
  }

  next(): Token {
    const token = this.current;
    if (token === undefined) throw this.error();
    this.index += 1;
    return token;
  }

  expectString(): string {
    if (this.current?.kind !== 'string') throw this.error();
    return this.next().value;
  }

  expectInteger(): number {
    const negative = this.takes('-');
    if (this.current?.kind !== 'number' || !/^\d+$/.test(this.current.text)) throw this.error();
    return Number(this.next().text) * (negative ? -1 : 1);
  }

  /** Takes a parenthesised group that starts here and gives what is inside. */
  group(): Token[] {
    this.expect('(');
    const start = this.index;
    let depth = 1;
    while (depth > 0) {
      const token = this.next();
      if (isWord(token, '(')) depth += 1;
      if (isWord(token, ')')) depth -= 1;
    }
    return this.tokens.slice(start, this.index - 1);
  }

  error(): Error {
    return syntaxErrorAt(this.current?.text);
  }
}

/** True for an unquoted word or an operator with this text (lower case). */
export function isWord(token: Token | undefined, word: string): boolean {
  return token !== undefined && (token.kind === 'word' || token.kind === 'operator') && token.value === word;
}

/** Splits tokens at the commas outside parentheses. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isWord(token, '(')) depth += 1;
    if (isWord(token, ')')) depth -= 1;
    if (depth === 0 && isWord(token, ',')) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}
