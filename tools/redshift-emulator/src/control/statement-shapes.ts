import { isWord } from '../sql/token-cursor.ts';
import { tokenize, type Token } from '../sql/tokenize.ts';
import type { LoggedStatement } from './statement-log.ts';

/** Statements that differ in names, values and the length of lists only. */
export interface StatementShape {
  readonly shape: string;
  readonly kind: string;
  readonly count: number;
  /** How many of them failed. */
  readonly failed: number;
}

/** Words between which lists stand. */
const CLAUSES: ReadonlySet<string> = new Set(['select', 'from', 'where', 'set', 'values', 'by', 'on', 'using', 'when', 'then', 'else', 'end', 'having', 'limit', 'as', 'union', 'except', 'join', 'returning', 'into']);
const LINKS: ReadonlySet<string> = new Set([',', 'and', 'or']);
const TIGHT_AFTER: ReadonlySet<string> = new Set(['(', '.', '::', '']);
const TIGHT_BEFORE: ReadonlySet<string> = new Set([')', ',', '.', '::', '']);

/** A word beside a point is a name, quoted or not. */
function spelled({ kind, text, value }: Token, index: number, tokens: readonly Token[]): string {
  if (kind === 'word' && (isWord(tokens[index - 1], '.') || isWord(tokens[index + 1], '.'))) return 'name';
  switch (kind) {
    case 'string': return "'…'";
    case 'number': return '0';
    case 'parameter': return '$n';
    case 'quoted': return '"…"';
    default: return kind === 'word' ? value.toUpperCase() : text;
  }
}

/** A statement's text with names, values and the length of lists taken out. */
export function shapeOf(sql: string): string {
  return listShape(tokenize(sql).map(spelled));
}

/** Joins words, inner lists first, and says each kind of a list's items once, however many there are. */
function listShape(words: readonly string[]): string {
  const parts: string[] = [];
  let item: string[] = [];
  let link = '';
  let seen = new Set<string>();
  const endItem = (next: string): void => {
    const text = joined(item);
    if (text !== '' && !seen.has(text)) parts.push(link === '' || seen.size === 0 ? text : link === ',' ? `, ${text}` : ` ${link} ${text}`);
    if (text !== '') seen.add(text);
    item = [];
    link = next;
  };
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === '(') {
      const close = closing(words, index);
      item.push(`(${listShape(words.slice(index + 1, close))})`);
      index = close;
    } else if (LINKS.has(word.toLowerCase())) endItem(word);
    else if (CLAUSES.has(word.toLowerCase())) {
      endItem('');
      parts.push(parts.length === 0 ? word : ` ${word} `);
      seen = new Set();
      if (parts.length === 1) parts.push(' ');
    } else item.push(word);
  }
  endItem('');
  return parts.join('').replace(/ {2,}/g, ' ').trim();
}

/** Where the parenthesis that opens at `open` closes; the end where it does not. */
function closing(words: readonly string[], open: number): number {
  let depth = 0;
  for (let index = open; index < words.length; index++) {
    if (words[index] === '(') depth += 1;
    if (words[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return words.length;
}

function joined(words: readonly string[]): string {
  let text = '';
  let previous = '';
  for (const word of words) {
    text += TIGHT_AFTER.has(previous) || TIGHT_BEFORE.has(word) ? word : ` ${word}`;
    previous = word;
  }
  return text;
}

/** The distinct shapes of statements, in the order of their first appearance. */
export function statementShapes(statements: readonly LoggedStatement[]): readonly StatementShape[] {
  const shapes = new Map<string, { shape: string; kind: string; count: number; failed: number }>();
  for (const { sql, kind, error } of statements) {
    const shape = shapeOf(sql);
    const known = shapes.get(shape) ?? { shape, kind, count: 0, failed: 0 };
    known.count += 1;
    if (error !== undefined) known.failed += 1;
    shapes.set(shape, known);
  }
  return [...shapes.values()];
}
