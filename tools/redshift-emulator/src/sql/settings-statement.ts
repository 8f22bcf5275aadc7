import { SqlError } from '../wire/sql-error.ts';
import { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

/** SET, RESET and SHOW of one setting. */
export type SettingsStatement =
  | { readonly action: 'set'; readonly name: string; readonly values: readonly { text: string; quoted: boolean }[]; readonly local: boolean }
  | { readonly action: 'reset'; readonly name: string }
  | { readonly action: 'show'; readonly name: string };

function takeName(cursor: TokenCursor): string {
  const first = cursor.next();
  if (first.kind !== 'word' && first.kind !== 'quoted') throw new SqlError('42601', `syntax error at or near "${first.text}"`);
  let name = first.value.toLowerCase();
  while (cursor.takes('.')) name += `.${cursor.next().value.toLowerCase()}`;
  return name;
}

/** Reads SET/RESET/SHOW. `SET SESSION AUTHORIZATION` is for superusers and read elsewhere. */
export function readSettingsStatement(tokens: readonly Token[]): SettingsStatement {
  const cursor = new TokenCursor(tokens);
  const verb = cursor.next().value;
  if (verb === 'show' || verb === 'reset') {
    const name = cursor.takes('time', 'zone') ? 'timezone' : takeName(cursor);
    if (!cursor.atEnd) throw cursor.error();
    return verb === 'show' ? { action: 'show', name } : { action: 'reset', name };
  }
  const local = cursor.takes('local');
  if (!local) cursor.takes('session');
  if (cursor.takes('time', 'zone')) return { action: 'set', name: 'timezone', values: valuesOf(cursor), local };
  const name = takeName(cursor);
  if (!cursor.takes('to')) cursor.expect('=');
  return { action: 'set', name, values: valuesOf(cursor), local };
}

function valuesOf(cursor: TokenCursor): { text: string; quoted: boolean }[] {
  const values: { text: string; quoted: boolean }[] = [];
  do {
    const sign = cursor.takes('-') ? '-' : '';
    const token = cursor.next();
    if (token.kind === 'operator' || token.kind === 'parameter') throw new SqlError('42601', `syntax error at or near "${token.text}"`);
    values.push({ text: sign + token.value, quoted: token.kind === 'string' || token.kind === 'quoted' });
  } while (cursor.takes(','));
  if (!cursor.atEnd) throw cursor.error();
  return values;
}
