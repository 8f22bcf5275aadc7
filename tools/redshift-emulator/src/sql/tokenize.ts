import { SqlError } from '../wire/sql-error.ts';

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'operator';

/** One token; white space and comments lie between tokens and belong to none. */
export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Word in lower case, content of a quoted identifier or string with its escapes resolved; otherwise the text. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const WORD_START = /[A-Za-z_#\u0080-\u{10ffff}]/u;
const WORD = /[A-Za-z_#\u0080-\u{10ffff}][A-Za-z0-9_$\u0080-\u{10ffff}]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const PARAMETER = /\$\d+/y;
const OCTALS = /(?:\\[0-7]{1,3})+/y;
/** White space with a line break in it, before another string. */
const CONTINUATION = /\s*\n\s*(?=')/y;
const OPERATORS = ['::', '<=', '>=', '<>', '!=', '||', ':=', '->>', '->', '~~*', '!~~*', '!~*', '!~~', '!~', '~*', '~~', '@>', '<@', '<=>'].sort((a, b) => b.length - a.length);

function matchAt(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
}

function skipBlockComment(text: string, start: number): number {
  let depth = 0;
  let index = start;
  while (index < text.length) {
    if (text.startsWith('/*', index)) {
      depth += 1;
      index += 2;
    } else if (text.startsWith('*/', index)) {
      depth -= 1;
      index += 2;
      if (depth === 0) return index;
    } else index += 1;
  }
  throw new SqlError('42601', 'unterminated /* comment');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** A run of octal escapes gives the bytes of characters. */
function textOfOctals(octals: string): string {
  const bytes = Buffer.from(octals.slice(1).split('\\').map((digits) => parseInt(digits, 8) & 255));
  try {
    if (!bytes.includes(0)) return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Reported below.
  }
  throw new SqlError('22021', `invalid byte sequence for encoding "UTF8": 0x${bytes.toString('hex')}`);
}

/** Reads a string literal and those that follow it after a line break, which continue it. */
function readStrings(text: string, quoteAt: number): { value: string; end: number } {
  let { value, end } = readString(text, quoteAt);
  for (let gap = matchAt(CONTINUATION, text, end); gap !== undefined; gap = matchAt(CONTINUATION, text, end)) {
    const next = readString(text, end + gap.length);
    value += next.value;
    end = next.end;
  }
  return { value, end };
}

/** Reads a string literal. In Redshift a backslash escapes in plain literals too, as it did in PostgreSQL 8.0. */
function readString(text: string, quoteAt: number): { value: string; end: number } {
  let value = '';
  let index = quoteAt + 1;
  while (index < text.length) {
    const char = text[index]!;
    if (char === "'") {
      if (text[index + 1] !== "'") return { value, end: index + 1 };
      value += "'";
      index += 2;
    } else if (char === '\\') {
      const octals = matchAt(OCTALS, text, index);
      if (octals !== undefined) {
        value += textOfOctals(octals);
        index += octals.length;
      } else {
        const escaped = text[index + 1];
        if (escaped === undefined) break;
        value += ESCAPES[escaped] ?? escaped;
        index += 2;
      }
    } else {
      value += char;
      index += 1;
    }
  }
  throw new SqlError('42601', 'unterminated quoted string');
}

function readQuoted(text: string, quoteAt: number): { value: string; end: number } {
  let value = '';
  let index = quoteAt + 1;
  while (index < text.length) {
    if (text[index] === '"') {
      if (text[index + 1] !== '"') {
        if (value === '') throw new SqlError('42601', 'zero-length delimited identifier');
        return { value, end: index + 1 };
      }
      index += 1;
    }
    value += text[index];
    index += 1;
  }
  throw new SqlError('42601', 'unterminated quoted identifier');
}

/** Cuts SQL text into tokens. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let index = 0;
  const add = (kind: TokenKind, end: number, value: string): void => {
    tokens.push({ kind, text: text.slice(index, end), value, start: index, end });
    index = end;
  };
  while (index < text.length) {
    const char = text[index]!;
    if (/\s/.test(char)) index += 1;
    else if (text.startsWith('--', index)) {
      const newline = text.indexOf('\n', index);
      index = newline < 0 ? text.length : newline + 1;
    } else if (text.startsWith('/*', index)) index = skipBlockComment(text, index);
    else if (char === "'") {
      const { value, end } = readStrings(text, index);
      add('string', end, value);
    } else if ((char === 'E' || char === 'e') && text[index + 1] === "'") {
      const { value, end } = readStrings(text, index + 1);
      add('string', end, value);
    } else if (char === '"') {
      const { value, end } = readQuoted(text, index);
      add('quoted', end, value);
    } else if (WORD_START.test(char) || text.codePointAt(index)! > 0xffff) {
      const word = matchAt(WORD, text, index) ?? char;
      add('word', index + word.length, word.toLowerCase());
    } else if (/\d/.test(char) || (char === '.' && /\d/.test(text[index + 1] ?? ''))) {
      const number = matchAt(NUMBER, text, index)!;
      add('number', index + number.length, number);
    } else if (char === '$') {
      const parameter = matchAt(PARAMETER, text, index);
      if (parameter === undefined) throw new SqlError('42601', 'syntax error at or near "$"');
      add('parameter', index + parameter.length, parameter);
    } else {
      const operator = OPERATORS.find((candidate) => text.startsWith(candidate, index)) ?? char;
      add('operator', index + operator.length, operator);
    }
  }
  return tokens;
}

/** Splits tokens at the semicolons of the top level; empty statements are left out. */
export function splitStatements(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [];
  let current: Token[] = [];
  for (const token of tokens) {
    if (token.text === ';' && token.kind === 'operator') {
      if (current.length > 0) statements.push(current);
      current = [];
    } else current.push(token);
  }
  if (current.length > 0) statements.push(current);
  return statements;
}
