import { foldIdentifier, type TableName } from './identifiers.ts';
import { isWord } from './token-cursor.ts';
import type { Token } from './tokenize.ts';
import type { SqlContext } from './translate.ts';

/** A table that a query reads, as written. */
export type TableReference = TableName;

const INTRODUCES_TABLE: ReadonlySet<string> = new Set(['from', 'join', 'using']);
const ENDS_FROM_LIST: ReadonlySet<string> = new Set([
  'where', 'group', 'order', 'having', 'limit', 'offset', 'union', 'except', 'minus', 'intersect', 'on', 'set', 'when', 'select', 'qualify',
]);
/** `EXTRACT(x FROM y)` and its like: FROM without a table. */
const CALLS_WITH_FROM: ReadonlySet<string> = new Set(['extract', 'substring', 'trim', 'overlay', 'position', 'date_part']);
const CATALOG_PREFIX = /^(pg_|svv_|svl_|stl_|stv_|sys_)/;
const CATALOG_SCHEMAS: ReadonlySet<string> = new Set(['pg_catalog', 'information_schema']);

interface Level {
  inFromList: boolean;
  readonly isCall: boolean;
}

function nameAt(tokens: readonly Token[], index: number, context: SqlContext): { parts: string[]; end: number } | undefined {
  const parts: string[] = [];
  let at = index;
  for (;;) {
    const token = tokens[at];
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) return undefined;
    parts.push(foldIdentifier(token, context.caseSensitive));
    at += 1;
    if (!isWord(tokens[at], '.')) return { parts, end: at };
    at += 1;
  }
}

function withNames(tokens: readonly Token[], context: SqlContext): Set<string> {
  const names = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    const name = tokens[index - 1];
    if (!isWord(token, 'as') || !isWord(tokens[index + 1], '(') || name === undefined) continue;
    if (name.kind === 'word' || name.kind === 'quoted') names.add(foldIdentifier(name, context.caseSensitive));
  }
  return names;
}

/** The tables named in FROM lists, joins and USING, without the names that WITH defines. */
export function tableReferences(tokens: readonly Token[], context: SqlContext): TableReference[] {
  const defined = withNames(tokens, context);
  const references: TableReference[] = [];
  const levels: Level[] = [{ inFromList: false, isCall: false }];
  const addAt = (index: number): void => {
    const name = nameAt(tokens, index, context);
    if (name === undefined || isWord(tokens[name.end], '(')) return;
    if (name.parts.length === 1 && defined.has(name.parts[0]!)) return;
    references.push({ schema: name.parts.at(-2), name: name.parts.at(-1)! });
  };
  for (const [index, token] of tokens.entries()) {
    const level = levels.at(-1)!;
    if (isWord(token, '(')) levels.push({ inFromList: false, isCall: CALLS_WITH_FROM.has(tokens[index - 1]?.value ?? '') });
    else if (isWord(token, ')') && levels.length > 1) levels.pop();
    else if (token.kind === 'word' && INTRODUCES_TABLE.has(token.value) && !level.isCall && !isWord(tokens[index - 1], '.')) {
      level.inFromList = true;
      addAt(index + 1);
    } else if (token.kind === 'word' && ENDS_FROM_LIST.has(token.value)) level.inFromList = token.value === 'on' ? level.inFromList : false;
    else if (isWord(token, ',') && level.inFromList) addAt(index + 1);
  }
  return references;
}

/** True for a catalog table or system view. */
export function isCatalogName(reference: TableReference): boolean {
  return reference.schema === undefined ? CATALOG_PREFIX.test(reference.name) : CATALOG_SCHEMAS.has(reference.schema);
}
