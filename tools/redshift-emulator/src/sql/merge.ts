import { SqlError, syntaxErrorAt } from '../wire/sql-error.ts';
import { takeTableName, type TableName } from './identifiers.ts';
import { tableReferences } from './table-references.ts';
import { TokenCursor, isWord, splitAtCommas } from './token-cursor.ts';
import type { Token } from './tokenize.ts';
import type { SqlContext } from './translate.ts';

function untilWord(cursor: TokenCursor, ...words: readonly string[]): Token[] {
  const start = cursor.index;
  let depth = 0;
  while (!cursor.atEnd && !(depth === 0 && cursor.sees(...words))) {
    if (cursor.sees('(')) depth += 1;
    if (cursor.sees(')')) depth -= 1;
    cursor.next();
  }
  if (cursor.atEnd) throw cursor.error();
  return cursor.tokens.slice(start, cursor.index);
}

function refuseTargetRead(source: readonly Token[], target: TableName, context: SqlContext): void {
  const reads = tableReferences([{ ...source[0]!, kind: 'word', text: 'from', value: 'from' }, ...source], context);
  const same = reads.some((read) => read.name === target.name && (read.schema === undefined || target.schema === undefined || read.schema === target.schema));
  if (same) throw new SqlError('XX000', 'Source view/subquery in Merge statement cannot reference target table.');
}

function checkAssignments(tokens: readonly Token[]): void {
  for (const assignment of splitAtCommas(tokens)) {
    if (!isWord(assignment[1], '=')) throw syntaxErrorAt(assignment[1]?.text);
  }
}

/** `table.column.part` or `column[0]` reaches into a SUPER value; `schema.table.column` does not. */
function refusePartialSuper(tokens: readonly Token[], schemas: ReadonlySet<string>): void {
  for (const [index, token] of tokens.entries()) {
    const path = isWord(tokens[index + 1], '.') && isWord(tokens[index + 3], '.') && !isWord(tokens[index - 1], '.') && !schemas.has(token.value);
    if (path || isWord(token, '[')) throw new SqlError('XX000', 'Partial reference of SUPER column is not supported in MERGE statement.');
  }
}

/**
 * Checks a MERGE against Redshift's grammar, which is narrower than PostgreSQL's.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
 */
export function checkMerge(tokens: readonly Token[], context: SqlContext): TableName {
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
  refusePartialSuper(tokens, new Set(schemas));
  cursor.expect('on');
  untilWord(cursor, 'when');
  cursor.expect('when', 'matched', 'then');
  if (!cursor.takes('delete')) {
    cursor.expect('update', 'set');
    checkAssignments(untilWord(cursor, 'when'));
  }
  cursor.expect('when', 'not', 'matched', 'then', 'insert');
  if (cursor.sees('(')) cursor.group();
  cursor.expect('values');
  cursor.group();
  if (!cursor.atEnd) throw cursor.error();
  return target;
}
