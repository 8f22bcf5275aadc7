import { SqlError, notSupported, syntaxErrorAt } from '../wire/sql-error.ts';
import { takeDefault } from './default-expression.ts';
import { quoteName, quoteTable, takeIdentifier, takeTableName, type TableName } from './identifiers.ts';
import { SYSTEM_COLUMNS } from './reserved-words.ts';
import { TokenCursor, splitAtCommas } from './token-cursor.ts';
import type { Token } from './tokenize.ts';
import { translate, type SqlContext } from './translate.ts';
import { valueCheck, takeType, type RedshiftType } from './types.ts';
import { takeTableAttributes, type KeyAttributes } from './table-attributes.ts';

/** What Redshift remembers of a table beyond its columns. */
export interface TableMetadata extends KeyAttributes {
  primaryKey?: string[];
  unique?: string[][];
  foreignKeys?: { columns: string[]; references: string }[];
  encodings: Record<string, string>;
}

export interface CreateTable {
  readonly table: TableName;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly backendSql: string;
  readonly metadata: TableMetadata;
  /** Columns come from a query: their text types become VARCHAR afterwards. */
  readonly fromQuery: boolean;
}

const MAX_COLUMNS = 1_600;
const KEY_TYPES: ReadonlySet<string> = new Set([
  'boolean', 'real', 'double', 'smallint', 'integer', 'bigint', 'decimal', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'char', 'varchar',
]);
const CONSTRAINT_WORDS = ['constraint', 'primary', 'unique', 'foreign', 'check', 'exclude'] as const;

interface Draft {
  readonly columns: Map<string, { type: RedshiftType; sql: string; notNull: boolean }>;
  readonly metadata: TableMetadata;
  readonly context: SqlContext;
  like: string | undefined;
}

function identifierList(cursor: TokenCursor, context: SqlContext): string[] {
  return splitAtCommas(cursor.group()).map((tokens) => {
    const inner = new TokenCursor(tokens);
    const name = takeIdentifier(inner, context.caseSensitive);
    if (!inner.atEnd) throw inner.error();
    return name;
  });
}

/** `(seed, step)` of IDENTITY. */
function identitySql(cursor: TokenCursor, type: RedshiftType, always: boolean): string {
  if (type.family !== 'integer' && type.family !== 'bigint') throw new SqlError('42601', 'identity column type must be INT or BIGINT');
  cursor.expect('(');
  const seed = cursor.expectInteger();
  cursor.expect(',');
  const step = cursor.expectInteger();
  cursor.expect(')');
  const low = step > 0 ? `MINVALUE ${Math.min(seed, 1)}` : `MAXVALUE ${Math.max(seed, -1)}`;
  return `GENERATED ${always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY (START WITH ${seed} INCREMENT BY ${step} ${low})`;
}

function readColumn(cursor: TokenCursor, draft: Draft): void {
  const nameToken = cursor.current;
  const name = takeIdentifier(cursor, draft.context.caseSensitive);
  if (SYSTEM_COLUMNS.has(name)) throw new SqlError('42701', `column name "${name}" conflicts with a system column name`);
  if (draft.columns.has(name)) throw new SqlError('42701', `column "${name}" specified more than once`);
  if (cursor.atEnd) throw syntaxErrorAt(nameToken?.text === undefined ? undefined : ')');
  const type = takeType(cursor, { column: true });
  const clauses: string[] = [];
  let notNull = false;
  let identity = false;
  while (!cursor.atEnd) {
    if (cursor.takes('default')) clauses.push(`DEFAULT ${translate(takeDefault(cursor), draft.context)}`);
    else if (cursor.takes('identity')) {
      clauses.push(identitySql(cursor, type, true));
      identity = true;
    } else if (cursor.takes('generated', 'by', 'default', 'as', 'identity')) {
      clauses.push(identitySql(cursor, type, false));
      identity = true;
    } else if (cursor.takes('encode')) draft.metadata.encodings[name] = cursor.next().value;
    else if (cursor.takes('distkey')) {
      if (draft.metadata.distKey !== undefined) throw new SqlError('42601', 'multiple distribution keys are not allowed');
      draft.metadata.distKey = name;
    } else if (cursor.takes('sortkey')) draft.metadata.sortKeys = [...(draft.metadata.sortKeys ?? []), name];
    else if (cursor.takes('not', 'null')) notNull = true;
    else if (cursor.takes('null')) continue;
    else if (cursor.takes('unique')) draft.metadata.unique = [...(draft.metadata.unique ?? []), [name]];
    else if (cursor.takes('primary', 'key')) {
      if (draft.metadata.primaryKey !== undefined) throw new SqlError('42P16', 'multiple primary keys for table are not allowed');
      draft.metadata.primaryKey = [name];
    } else if (cursor.takes('references')) readReference(cursor, draft, [name]);
    else if (cursor.takes('collate')) cursor.next();
    else throw cursor.error();
  }
  draft.columns.set(name, { type, sql: clauses.join(' '), notNull: notNull || identity });
}

function readReference(cursor: TokenCursor, draft: Draft, columns: string[]): void {
  const parent = takeTableName(cursor, draft.context.caseSensitive);
  if (cursor.sees('(')) identifierList(cursor, draft.context);
  draft.metadata.foreignKeys = [...(draft.metadata.foreignKeys ?? []), { columns, references: parent.name }];
}

function readConstraint(cursor: TokenCursor, draft: Draft): void {
  if (cursor.takes('constraint')) takeIdentifier(cursor, draft.context.caseSensitive);
  if (cursor.takes('primary', 'key')) {
    if (draft.metadata.primaryKey !== undefined) throw new SqlError('42P16', 'multiple primary keys for table are not allowed');
    draft.metadata.primaryKey = identifierList(cursor, draft.context);
  } else if (cursor.takes('unique')) draft.metadata.unique = [...(draft.metadata.unique ?? []), identifierList(cursor, draft.context)];
  else if (cursor.takes('foreign', 'key')) {
    const columns = identifierList(cursor, draft.context);
    cursor.expect('references');
    readReference(cursor, draft, columns);
  } else if (cursor.sees('check')) throw notSupported('CHECK constraints are not supported');
  else throw cursor.error();
  if (!cursor.atEnd) throw cursor.error();
}

function readElement(tokens: readonly Token[], draft: Draft): void {
  const cursor = new TokenCursor(tokens);
  if (CONSTRAINT_WORDS.some((word) => cursor.sees(word))) return readConstraint(cursor, draft);
  if (!cursor.takes('like')) return readColumn(cursor, draft);
  const parent = takeTableName(cursor, draft.context.caseSensitive);
  const including = cursor.takes('including', 'defaults');
  if (!including) cursor.takes('excluding', 'defaults');
  if (!cursor.atEnd) throw cursor.error();
  draft.like = `LIKE ${quoteTable(parent)} INCLUDING CONSTRAINTS${including ? ' INCLUDING DEFAULTS' : ''}`;
  draft.metadata.like = parent;
  return undefined;
}

function columnsSql(draft: Draft): string {
  const { columns, metadata } = draft;
  const keys = new Set(metadata.primaryKey);
  const known = (name: string): void => {
    if (!columns.has(name) && draft.like === undefined) throw new SqlError('42703', `column "${name}" named in key does not exist`);
  };
  for (const list of [metadata.primaryKey, ...(metadata.unique ?? []), ...(metadata.foreignKeys ?? []).map((key) => key.columns)]) list?.forEach(known);
  for (const name of [metadata.distKey, ...(metadata.sortKeys ?? [])]) {
    if (name === undefined) continue;
    known(name);
    const family = columns.get(name)?.type.family;
    if (family !== undefined && !KEY_TYPES.has(family)) throw notSupported(`Column "${name}" of type ${family} cannot be a distribution or sort key`);
  }
  if (columns.size > MAX_COLUMNS) throw new SqlError('54011', `tables can have at most ${MAX_COLUMNS} columns`);
  const definitions = [...columns].map(([name, { type, sql, notNull }]) => `${quoteName(name)} ${type.backend} ${sql}${notNull || keys.has(name) ? ' NOT NULL' : ''}${valueCheck(name, type)}`);
  return [...(draft.like === undefined ? [] : [draft.like]), ...definitions].join(', ');
}

/** Reads `CREATE [TEMP] TABLE …`, with columns, LIKE or a query. */
export function readCreateTable(tokens: readonly Token[], context: SqlContext, translateQuery: (tokens: readonly Token[]) => string): CreateTable {
  const cursor = new TokenCursor(tokens);
  cursor.expect('create');
  const local = cursor.takes('local');
  let temporary = cursor.takes('temp') || cursor.takes('temporary');
  if (local && !temporary) throw cursor.error();
  cursor.expect('table');
  const ifNotExists = cursor.takes('if', 'not', 'exists');
  const table = takeTableName(cursor, context.caseSensitive);
  if (table.name.startsWith('#')) temporary = true;
  if (temporary && table.schema !== undefined) throw new SqlError('42601', 'temporary tables may not specify a schema name');
  const metadata: TableMetadata = { encodings: {} };
  const draft: Draft = { columns: new Map(), metadata, context, like: undefined };
  const head = `CREATE ${temporary ? 'TEMP ' : ''}TABLE ${ifNotExists ? 'IF NOT EXISTS ' : ''}${quoteTable(table)}`;
  const hasColumns = cursor.sees('(');
  const columnNames: string[] = [];
  if (hasColumns) {
    const elements = splitAtCommas(cursor.group());
    if (isNameList(elements, cursor)) columnNames.push(...elements.map((element) => takeIdentifier(new TokenCursor(element), context.caseSensitive)));
    else for (const element of elements) readElement(element, draft);
  }
  takeTableAttributes(cursor, metadata, context);
  if (cursor.takes('as')) {
    const names = columnNames.length > 0 ? ` (${columnNames.map(quoteName).join(', ')})` : '';
    return { table, temporary, ifNotExists, metadata, fromQuery: true, backendSql: `${head}${names} AS ${translateQuery(cursor.tokens.slice(cursor.index))}` };
  }
  if (!cursor.atEnd || !hasColumns) throw cursor.error();
  if (draft.like !== undefined && (metadata.distKey ?? metadata.sortKeys ?? metadata.distStyle) !== undefined) throw syntaxErrorAt('distkey');
  return { table, temporary, ifNotExists, metadata, fromQuery: false, backendSql: `${head} (${columnsSql(draft)})` };
}

/** `(a, b)` before AS: names only. */
function isNameList(elements: readonly (readonly Token[])[], cursor: TokenCursor): boolean {
  return elements.every((element) => element.length === 1) && cursor.tokens.slice(cursor.index).some((token) => token.value === 'as');
}
