import { createHash } from 'node:crypto';
import { RESERVED_WORDS } from './reserved-words.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

/** Redshift cuts names to 127 bytes. https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
const MAX_NAME_BYTES = 127;
/** PostgreSQL keeps 63. */
const MAX_BACKEND_NAME_BYTES = 63;

/** A table's name as written, folded. */
export interface TableName {
  /** Only where three parts are written. */
  readonly database?: string;
  readonly schema: string | undefined;
  readonly name: string;
}

const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());

function cutToBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  let end = text.length;
  while (Buffer.byteLength(text.slice(0, end)) > limit) end -= 1;
  return text.slice(0, end).replace(/[\ud800-\udbff]$/, '');
}

/** Names that the backing server holds in a shortened form. */
const shortened = new Map<string, string>();

/** The name that stands for a Redshift name in the backing server: the same, unless it is longer than PostgreSQL keeps. */
export function backendName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BACKEND_NAME_BYTES) return name;
  const short = `${cutToBytes(name, 40)}~${createHash('sha256').update(name).digest('hex').slice(0, 20)}`;
  shortened.set(short, name);
  return short;
}

/** The Redshift name behind a name of the backing server. */
export function fullName(name: string): string {
  return shortened.get(name) ?? name;
}

/** Takes over the long names of a database that was made before. */
export function rememberShortenedName(short: string, full: string): void {
  shortened.set(short, full);
}

/** Long names met so far, short to full; the catalog views show the full one. */
export function shortenedNames(): ReadonlyMap<string, string> {
  return shortened;
}

/** Folds an identifier: unquoted ASCII always, quoted unless the session asked for case-sensitive identifiers. */
export function foldIdentifier(token: Token, caseSensitive: boolean): string {
  const folded = token.kind === 'quoted' && caseSensitive ? token.value : lowerAscii(token.kind === 'quoted' ? token.value : token.text);
  return cutToBytes(folded, MAX_NAME_BYTES);
}

/** Quotes a name for the backing server. */
export function quoteName(name: string): string {
  return `"${backendName(name).replaceAll('"', '""')}"`;
}

export function quoteTable(table: TableName): string {
  return table.schema === undefined ? quoteName(table.name) : `${quoteName(table.schema)}.${quoteName(table.name)}`;
}

/** Quotes a value as a standard string literal of the backing server. */
export function quoteLiteral(text: string): string {
  return `${text.includes('\\') ? 'E' : ''}'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Takes an identifier; an unquoted reserved word is a syntax error. */
export function takeIdentifier(cursor: TokenCursor, caseSensitive: boolean): string {
  const token = cursor.current;
  if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) throw cursor.error();
  if (token.kind === 'word' && RESERVED_WORDS.has(token.value)) throw cursor.error();
  cursor.next();
  return foldIdentifier(token, caseSensitive);
}

/** Takes `name`, `schema.name` or `database.schema.name`. */
export function takeTableName(cursor: TokenCursor, caseSensitive: boolean): TableName {
  const parts = [takeIdentifier(cursor, caseSensitive)];
  while (parts.length < 3 && cursor.takes('.')) parts.push(takeIdentifier(cursor, caseSensitive));
  return { schema: parts.at(-2), name: parts.at(-1)!, ...(parts.length === 3 ? { database: parts[0]! } : {}) };
}
