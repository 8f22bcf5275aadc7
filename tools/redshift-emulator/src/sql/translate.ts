import { SqlError, notSupported, syntaxErrorAt } from '../wire/sql-error.ts';
import { calledFunction } from './called-function.ts';
import { backendName, foldIdentifier, quoteLiteral, quoteName } from './identifiers.ts';
import { RESERVED_BUT_FREE_IN_POSTGRES } from './reserved-words.ts';
import { TokenCursor, isWord, splitAtCommas } from './token-cursor.ts';
import type { Token } from './tokenize.ts';
import { takeType } from './types.ts';

/** What the session decides about reading SQL. */
export interface SqlContext {
  readonly caseSensitive: boolean;
  /** The database the session is in. */
  readonly database: string;
}

/** Functions that go by another name in the backing server. */
const RENAMED_CALLS: Readonly<Record<string, string>> = {
  nvl: 'coalesce',
  isnull: 'coalesce',
  version: 'redshift_emulator.version',
  current_setting: 'redshift_emulator.current_setting',
  pg_terminate_backend: 'redshift_emulator.terminate_backend',
  pg_cancel_backend: 'redshift_emulator.cancel_backend',
  datediff: 'redshift_emulator.datediff',
  date_diff: 'redshift_emulator.datediff',
  dateadd: 'redshift_emulator.dateadd',
  date_add: 'redshift_emulator.dateadd',
};

/** Catalogs whose PostgreSQL form would show the backing server's own types or names. */
const OWN_CATALOGS: Readonly<Record<string, ReadonlySet<string>>> = {
  information_schema: new Set(['columns', 'tables', 'table_constraints', 'key_column_usage']),
  pg_catalog: new Set(['pg_class', 'pg_attribute', 'pg_settings']),
};

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);

const DATE_PART_CALLS: ReadonlySet<string> = new Set(['datediff', 'date_diff', 'dateadd', 'date_add']);

type CallTranslator = (args: readonly Token[], cursor: TokenCursor, context: SqlContext) => string;

const CALLS: Readonly<Record<string, CallTranslator>> = {
  cast: (args, _cursor, context) => {
    const as = topLevelIndex(args, 'as');
    if (as < 0) throw syntaxErrorAt(')');
    const type = new TokenCursor(args, as + 1);
    const { backend } = takeType(type, { column: false });
    if (!type.atEnd) throw type.error();
    return `CAST(${translate(args.slice(0, as), context)} AS ${backend})`;
  },
  decode: (args, _cursor, context) => {
    const [subject, ...rest] = splitAtCommas(args).map((arg) => translate(arg, context));
    if (rest.length < 2) return `decode(${[subject, ...rest].join(', ')})`;
    const branches: string[] = [];
    for (let index = 0; index + 1 < rest.length; index += 2) branches.push(`WHEN (${subject}) IS NOT DISTINCT FROM (${rest[index]}) THEN ${rest[index + 1]}`);
    const otherwise = rest.length % 2 === 1 ? ` ELSE ${rest.at(-1)}` : '';
    return `CASE ${branches.join(' ')}${otherwise} END`;
  },
  nvl2: (args, _cursor, context) => {
    const [subject, present, absent] = splitAtCommas(args).map((arg) => translate(arg, context));
    return `CASE WHEN (${subject}) IS NOT NULL THEN ${present} ELSE ${absent} END`;
  },
  listagg: (args, cursor, context) => {
    const distinct = isWord(args[0], 'distinct');
    const [value, delimiter] = splitAtCommas(distinct ? args.slice(1) : args).map((arg) => translate(arg, context));
    let order = '';
    if (cursor.takes('within', 'group')) order = ` ${translate(cursor.group(), context)}`;
    return `string_agg(${distinct ? 'DISTINCT ' : ''}(${value})::text, ${delimiter ?? "''"}${order})`;
  },
};

/** Where an unquoted word stands outside parentheses; -1 where it does not. */
export function topLevelIndex(tokens: readonly Token[], word: string): number {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (isWord(token, '(')) depth += 1;
    if (isWord(token, ')')) depth -= 1;
    if (depth === 0 && isWord(token, word)) return index;
  }
  return -1;
}

/** Translates a call that begins here, `pg_catalog.` before it included; undefined where there is none to translate. */
function translateCall(cursor: TokenCursor, context: SqlContext): string | undefined {
  const { tokens, index } = cursor;
  const nameAt = cursor.current!.value.toLowerCase() === 'pg_catalog' && isWord(tokens[index + 1], '.') ? index + 2 : index;
  const name = calledFunction(tokens, nameAt);
  if (name === undefined || (nameAt === index && isWord(tokens[index - 1], '.'))) return undefined;
  if (Object.hasOwn(CALLS, name)) {
    cursor.index = nameAt + 1;
    return CALLS[name]!(cursor.group(), cursor, context);
  }
  if (DATE_PART_CALLS.has(name)) {
    cursor.index = nameAt + 1;
    const [part, ...rest] = splitAtCommas(cursor.group());
    if (part?.length !== 1) throw new SqlError('42601', `syntax error at or near "${name}"`);
    return `${RENAMED_CALLS[name]}(${[quoteLiteral(part[0]!.value), ...rest.map((arg) => translate(arg, context))].join(', ')})`;
  }
  if (!Object.hasOwn(RENAMED_CALLS, name)) return undefined;
  cursor.index = nameAt + 1;
  return RENAMED_CALLS[name];
}

function translateWord(cursor: TokenCursor, context: SqlContext, previous: Token | undefined): string {
  const token = cursor.current!;
  const qualified = isWord(previous, '.');
  if (!qualified && RESERVED_BUT_FREE_IN_POSTGRES.has(token.value)) throw syntaxErrorAt(token.text);
  if (Object.hasOwn(OWN_CATALOGS, token.value) && isWord(cursor.tokens[cursor.index + 1], '.') && OWN_CATALOGS[token.value]!.has(cursor.tokens[cursor.index + 2]?.value ?? '')) {
    cursor.next();
    return 'redshift_emulator';
  }
  cursor.next();
  if (!qualified && OWN_CATALOGS['pg_catalog']!.has(token.value)) return `redshift_emulator.${token.value}`;
  if (token.value === 'sysdate' && !qualified) return 'pg_catalog.sysdate()';
  if (token.value === 'minus' && !qualified) return 'EXCEPT';
  if (token.value.startsWith('#')) return quoteName(foldIdentifier(token, context.caseSensitive));
  return backendName(token.value) === token.value ? token.text : quoteName(foldIdentifier(token, context.caseSensitive));
}

/** A literal before a comparison with another one: as columns are, blind to trailing blanks. */
function isComparedWithText({ tokens, index }: TokenCursor): boolean {
  const other = tokens[index + 1];
  return COMPARISONS.has(tokens[index]?.text ?? '') && (other?.kind === 'string' || other?.kind === 'parameter');
}

/**
 * Writes tokens of a query or expression in the backing server's dialect: literals, identifiers, types and functions.
 * Structure is left alone; what Redshift does not have is refused before (query-refusals.ts).
 */
export function translate(tokens: readonly Token[], context: SqlContext): string {
  const cursor = new TokenCursor(tokens);
  const parts: string[] = [];
  let previous: Token | undefined;
  while (!cursor.atEnd) {
    const token = cursor.current!;
    const call = token.kind === 'word' || token.kind === 'quoted' ? translateCall(cursor, context) : undefined;
    if (call !== undefined) parts.push(call);
    else if (token.kind === 'string') parts.push(`${quoteLiteral(cursor.next().value)}${isComparedWithText(cursor) ? '::pg_catalog.rs_varchar' : ''}`);
    else if (token.kind === 'quoted') parts.push(quoteName(foldIdentifier(cursor.next(), context.caseSensitive)));
    else if (token.kind === 'word') parts.push(translateWord(cursor, context, previous));
    else if (token.text === '::') {
      cursor.next();
      parts.push(`::${takeType(cursor, { column: false }).backend}`);
    } else if (token.text === '<=>') throw notSupported('operator does not exist: <=>');
    else parts.push(cursor.next().text);
    previous = cursor.tokens[cursor.index - 1];
  }
  return parts.join(' ');
}
