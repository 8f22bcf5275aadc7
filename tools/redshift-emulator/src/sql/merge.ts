import { SqlError, syntaxErrorAt } from '../wire/sql-error.ts';
import { foldIdentifier, takeIdentifier, takeTableName, type TableName } from './identifiers.ts';
import { tableReferences } from './table-references.ts';
import { TokenCursor, isWord, splitAtCommas } from './token-cursor.ts';
import type { Token } from './tokenize.ts';
import type { SqlContext } from './translate.ts';

/** Tokens up to the words, which count outside parentheses and CASE … END. */
function untilWord(cursor: TokenCursor, ...words: readonly string[]): Token[] {
  const start = cursor.index;
  let depth = 0;
  while (!cursor.atEnd && !(depth === 0 && cursor.sees(...words))) {
    if (cursor.sees('(') || cursor.sees('case')) depth += 1;
    if (cursor.sees(')') || cursor.sees('end')) depth -= 1;
    cursor.next();
  }
  if (cursor.atEnd) throw cursor.error();
  return cursor.tokens.slice(start, cursor.index);
}

function readsOf(source: readonly Token[], context: SqlContext): TableName[] {
  return source[0] === undefined ? [] : tableReferences([{ ...source[0], kind: 'word', text: 'from', value: 'from' }, ...source], context);
}

/** The tables and views that the source of a MERGE names. */
export function mergeSources(tokens: readonly Token[], context: SqlContext): readonly TableName[] {
  const cursor = new TokenCursor(tokens);
  untilWord(cursor, 'using');
  cursor.next();
  return readsOf(untilWord(cursor, 'on'), context);
}

/** Finds the target as it is written; other names for it, and views, are looked up when the statement runs. */
function refuseTargetRead(source: readonly Token[], target: TableName, context: SqlContext): void {
  const reads = readsOf(source, context);
  const same = reads.some((read) => read.name === target.name && read.schema === target.schema);
  if (same) throw new SqlError('XX000', 'Source view/subquery in Merge statement cannot reference target table.');
}

/** SET takes bare column names. https://docs.aws.amazon.com/redshift/latest/dg/r_UPDATE.html */
export function checkAssignments(tokens: readonly Token[], context: SqlContext): void {
  for (const assignment of splitAtCommas(tokens)) {
    const cursor = new TokenCursor(assignment);
    takeIdentifier(cursor, context.caseSensitive);
    cursor.expect('=');
  }
}

function checkColumnList(tokens: readonly Token[], context: SqlContext): void {
  for (const column of splitAtCommas(tokens)) {
    const cursor = new TokenCursor(column);
    takeIdentifier(cursor, context.caseSensitive);
    if (!cursor.atEnd) throw cursor.error();
  }
}

/** The names of `a.b.c` that begins at a token. */
function chainAt(tokens: readonly Token[], index: number, context: SqlContext): string[] {
  const names: string[] = [];
  for (let at = index; tokens[at]?.kind === 'word' || tokens[at]?.kind === 'quoted'; at += 2) {
    names.push(foldIdentifier(tokens[at]!, context.caseSensitive));
    if (!isWord(tokens[at + 1], '.')) break;
  }
  return names;
}

/** `table.column.part` or `column[0]` reaches into a SUPER value; `schema.table.column` does not. */
function refusePartialSuper(tokens: readonly Token[], schemas: ReadonlySet<string>, context: SqlContext): void {
  for (const [index, token] of tokens.entries()) {
    const chain = isWord(tokens[index - 1], '.') ? [] : chainAt(tokens, index, context);
    if (chain[0] === context.database && schemas.has(chain[1] ?? '')) chain.shift();
    if (schemas.has(chain[0] ?? '')) chain.shift();
    if (chain.length > 2 || isWord(token, '[')) throw new SqlError('XX000', 'Partial reference of SUPER column is not supported in MERGE statement.');
  }
}

export interface MergeParts {
  readonly target: TableName;
  readonly source: readonly Token[];
  /** The condition, where matching rows are replaced instead of branches being followed. */
  readonly removesDuplicatesOn: readonly Token[] | undefined;
}

/**
 * Checks a MERGE against Redshift's grammar, which is narrower than PostgreSQL's.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
 */
export function checkMerge(tokens: readonly Token[], context: SqlContext): MergeParts {
  if (tokens.some((token) => isWord(token, 'with'))) throw syntaxErrorAt('with');
  const cursor = new TokenCursor(tokens);
  cursor.expect('merge', 'into');
  const target = takeTableName(cursor, context.caseSensitive);
  cursor.expect('using');
  const source = untilWord(cursor, 'on');
  if (isWord(source[0], '(') && source.some((token) => token.kind === 'parameter')) {
    throw new SqlError('XX000', 'Assert', { detail: 'queryVoltDecorrCSQ: bind parameters in the source of MERGE' });
  }
  refuseTargetRead(source, target, context);
  const schemas = [target, ...tableReferences(tokens, context)].flatMap((table) => (table.schema === undefined ? [] : [table.schema]));
  refusePartialSuper(tokens, new Set(schemas), context);
  cursor.expect('on');
  if (tokens.slice(-2).map(({ value }) => value).join(' ') === 'remove duplicates' && isWord(tokens.at(-1), 'duplicates')) {
    return { target, source, removesDuplicatesOn: tokens.slice(cursor.index, -2) };
  }
  untilWord(cursor, 'when');
  cursor.expect('when', 'matched', 'then');
  if (!cursor.takes('delete')) {
    cursor.expect('update', 'set');
    checkAssignments(untilWord(cursor, 'when'), context);
  }
  cursor.expect('when', 'not', 'matched', 'then', 'insert');
  if (cursor.sees('(')) checkColumnList(cursor.group(), context);
  cursor.expect('values');
  cursor.group();
  if (!cursor.atEnd) throw cursor.error();
  return { target, source, removesDuplicatesOn: undefined };
}
