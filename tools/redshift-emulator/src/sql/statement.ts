import { SqlError, notSupported, syntaxErrorAt } from '../wire/sql-error.ts';
import { readAlterTable, type AlterTable } from './alter-table.ts';
import { readCopyStatement, type CopyStatement } from './copy-statement.ts';
import { readCreateTable, type CreateTable } from './create-table.ts';
import { quoteLiteral, quoteName, quoteTable, takeIdentifier, takeTableName, type TableName } from './identifiers.ts';
import { checkAssignments, checkMerge, mergeSources } from './merge.ts';
import { refuseInQuery } from './query-refusals.ts';
import { redact } from './redact.ts';
import { readSettingsStatement, type SettingsStatement } from './settings-statement.ts';
import { isCatalogName, tableReferences } from './table-references.ts';
import { TokenCursor, isWord, splitAtCommas } from './token-cursor.ts';
import type { Token } from './tokenize.ts';
import { topLevelIndex, translate, type SqlContext } from './translate.ts';

export type StatementKind =
  | 'select' | 'insert' | 'update' | 'delete' | 'merge' | 'copy' | 'begin' | 'commit' | 'rollback' | 'truncate' | 'lock' | 'create-table' | 'alter-table'
  | 'drop-table' | 'ddl' | 'set' | 'show' | 'reset' | 'vacuum' | 'analyze' | 'explain' | 'other';

/** One statement, read and translated. */
export interface Statement {
  readonly kind: StatementKind;
  /** As the client wrote it, keys and passwords redacted. */
  readonly logText: string;
  readonly tokens: readonly Token[];
  /** What goes to the backing server, where the statement is passed on. */
  readonly backendSql: string;
  /** Reads or changes tables, so that it takes a transaction's snapshot. */
  readonly touchesTables: boolean;
  /** Reads tables of users, which is the compute nodes' work. */
  readonly readsTables: boolean;
  /** Tables and views that it reads, as far as they stand in FROM, JOIN and USING. */
  readonly references: readonly TableName[];
  /** Tables it writes to, locks, or changes. */
  readonly targets: readonly TableName[];
  readonly copy?: CopyStatement;
  readonly createTable?: CreateTable;
  readonly alterTable?: AlterTable;
  readonly settings?: SettingsStatement;
  readonly readOnly?: boolean;
  /** DECLARE or CLOSE of a cursor. */
  readonly cursor?: { readonly action: 'declare' | 'close'; readonly name: string };
  /** MERGE: the tables and views its source names. */
  readonly mergeSources?: readonly TableName[];
  /** UPDATE … FROM: gives a row when several rows of FROM meet one of the target. */
  readonly ambiguitySql?: string;
}

type Draft = Partial<Statement> & { kind: StatementKind };

/** First words whose statements Redshift does not have. */
const MISSING_STATEMENTS: ReadonlySet<string> = new Set(['savepoint', 'release', 'listen', 'notify', 'unlisten', 'do', 'cluster', 'reindex', 'import', 'security', 'values', 'table', 'load', 'discard', 'checkpoint', 'reassign']);
/** What CREATE and DROP do not know there. */
const MISSING_OBJECTS: ReadonlySet<string> = new Set(['index', 'sequence', 'trigger', 'type', 'domain', 'extension', 'rule', 'aggregate', 'operator', 'cast', 'collation', 'tablespace', 'unlogged', 'publication', 'subscription', 'policy', 'statistics', 'server', 'foreign', 'event', 'unique']);
const OUTSIDE_TRANSACTIONS: ReadonlySet<string> = new Set(['database', 'external']);

function queryDraft(kind: 'select' | 'insert' | 'update' | 'delete' | 'merge', tokens: readonly Token[], context: SqlContext, targets: TableName[] = []): Draft {
  const references = tableReferences(tokens, context);
  refuseInQuery(tokens, kind, [...references, ...targets]);
  const readsTables = references.some((reference) => !isCatalogName(reference)) || (targets.length > 0 && kind !== 'insert');
  return { kind, targets, references, readsTables, touchesTables: references.length > 0 || targets.length > 0, backendSql: translate(tokens, context) };
}

function readWith(tokens: readonly Token[], context: SqlContext): Draft {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (isWord(token, '(')) depth += 1;
    if (isWord(token, ')')) depth -= 1;
    if (depth > 0 || index === 0) continue;
    if (isWord(token, 'select')) return queryDraft('select', tokens, context);
    if (isWord(token, 'insert') || isWord(token, 'update') || isWord(token, 'delete')) {
      const draft = readChange(tokens.slice(index), context);
      return { ...queryDraft(draft.kind as 'insert', tokens, context, [...draft.targets!]) };
    }
  }
  throw syntaxErrorAt(undefined);
}

function readChange(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens);
  const kind = cursor.next().value as 'insert' | 'update' | 'delete';
  if (kind === 'insert') {
    cursor.expect('into');
    const target = takeTableName(cursor, context.caseSensitive);
    if (cursor.sees('(') && !['select', 'with', '('].some((word) => isWord(tokens[cursor.index + 1], word))) {
      for (const name of splitAtCommas(cursor.group())) takeIdentifier(new TokenCursor(name), context.caseSensitive);
    }
    if (!['values', 'select', 'with', 'default', '('].some((word) => cursor.sees(word))) throw cursor.error();
    return queryDraft(kind, tokens, context, [target]);
  }
  const hasFrom = kind === 'delete' && cursor.takes('from');
  const target = takeTableName(cursor, context.caseSensitive);
  if (kind === 'delete' && !hasFrom && cursor.sees('using')) throw cursor.error();
  const allowed = kind === 'delete' ? ['using', 'where'] : ['set'];
  if (!cursor.atEnd && !allowed.some((word) => cursor.sees(word))) throw cursor.error();
  if (kind === 'update') {
    checkAssignments(assignmentsAt(tokens, cursor.index + 1), context);
    refuseOuterJoinOfTarget(tokens, target, context);
  }
  const draft = queryDraft(kind, tokens, context, [target]);
  if (kind === 'update') return { ...draft, ...ambiguityOf(tokens, target, context) };
  return hasFrom ? draft : { ...draft, backendSql: draft.backendSql!.replace(/^\S+/, 'DELETE FROM') };
}

/** What stands between SET and FROM or WHERE. */
function assignmentsAt(tokens: readonly Token[], start: number): readonly Token[] {
  const rest = tokens.slice(start);
  const ends = ['from', 'where'].map((word) => topLevelIndex(rest, word)).filter((index) => index >= 0);
  return rest.slice(0, Math.min(rest.length, ...ends));
}

/** Statements with bind parameters are not asked: the question would need their values. */
function ambiguityOf(tokens: readonly Token[], target: TableName, context: SqlContext): { ambiguitySql?: string } {
  const from = topLevelIndex(tokens, 'from');
  if (from < 0 || tokens.some((token) => token.kind === 'parameter')) return {};
  const others = translate(tokens.slice(from + 1), context);
  return { ambiguitySql: `SELECT 1 FROM ${quoteTable(target)}, ${others} GROUP BY ${quoteTable(target)}.ctid HAVING count(*) > 1 LIMIT 1` };
}

function refuseOuterJoinOfTarget(tokens: readonly Token[], target: TableName, context: SqlContext): void {
  const outer = tokens.some((token, index) => isWord(token, 'join') && ['left', 'right', 'full', 'outer'].some((word) => isWord(tokens[index - 1], word)));
  if (outer && tableReferences(tokens, context).some((reference) => reference.name === target.name)) throw new SqlError('XX000', 'Target table must be part of an equijoin predicate');
}

function readLock(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens, 1);
  cursor.takes('table');
  const targets: TableName[] = [];
  do targets.push(takeTableName(cursor, context.caseSensitive));
  while (cursor.takes(','));
  if (!cursor.atEnd) throw cursor.error();
  return { kind: 'lock', targets, backendSql: `LOCK TABLE ${targets.map(quoteTable).join(', ')} IN ACCESS EXCLUSIVE MODE` };
}

function readTruncate(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens, 1);
  cursor.takes('table');
  const target = takeTableName(cursor, context.caseSensitive);
  if (!cursor.atEnd) throw cursor.error();
  return { kind: 'truncate', targets: [target], touchesTables: true, backendSql: `TRUNCATE TABLE ${quoteTable(target)}` };
}

function readCreate(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens, 1);
  if (cursor.takes('or')) cursor.expect('replace');
  const object = cursor.current?.value ?? '';
  if (MISSING_OBJECTS.has(object)) throw object === 'unlogged' ? syntaxErrorAt('unlogged') : notSupported(`CREATE ${object.toUpperCase()} is not supported`);
  if (object === 'table' || object === 'temp' || object === 'temporary' || object === 'local') {
    const createTable = readCreateTable(tokens, context, (query) => queryDraft('select', query, context).backendSql!);
    return { kind: 'create-table', createTable, targets: [createTable.table], touchesTables: true, backendSql: createTable.backendSql };
  }
  if (object === 'user') throw notSupported('CREATE USER is not available in this stand-in');
  if (object === 'schema') {
    cursor.next();
    cursor.takes('if', 'not', 'exists');
    if (!cursor.sees('authorization')) takeIdentifier(cursor, context.caseSensitive);
    return ddl(tokens, context);
  }
  if (object === 'view') {
    refuseInQuery(tokens.slice(topLevelIndex(tokens, 'as') + 1), 'select', []);
    const unbound = tokens.findIndex((token, index) => isWord(token, 'with') && isWord(tokens[index + 1], 'no') && isWord(tokens[index + 2], 'schema'));
    return ddl(unbound < 0 ? tokens : tokens.slice(0, unbound), context);
  }
  if (OUTSIDE_TRANSACTIONS.has(object)) return { kind: 'vacuum', backendSql: `CREATE ${object.toUpperCase()}` };
  return ddl(tokens, context);
}

const ddl = (tokens: readonly Token[], context: SqlContext): Draft => ({ kind: 'ddl', touchesTables: true, backendSql: translate(tokens, context) });

function readDrop(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens, 1);
  const object = cursor.current?.value ?? '';
  if (MISSING_OBJECTS.has(object)) throw notSupported(`DROP ${object.toUpperCase()} is not supported`);
  if (OUTSIDE_TRANSACTIONS.has(object)) return { kind: 'vacuum', backendSql: `DROP ${object.toUpperCase()}` };
  if (!cursor.takes('table')) return ddl(tokens, context);
  const ifExists = cursor.takes('if', 'exists');
  const targets: TableName[] = [];
  do targets.push(takeTableName(cursor, context.caseSensitive));
  while (cursor.takes(','));
  const behaviour = cursor.takes('cascade') ? ' CASCADE' : '';
  if (behaviour === '') cursor.takes('restrict');
  if (!cursor.atEnd) throw cursor.error();
  return { kind: 'drop-table', targets, touchesTables: true, backendSql: `DROP TABLE ${ifExists ? 'IF EXISTS ' : ''}${targets.map(quoteTable).join(', ')}${behaviour}` };
}

/** BEGIN and its isolation clauses, which Redshift reads and ignores. */
function readBegin(tokens: readonly Token[]): Draft {
  const cursor = new TokenCursor(tokens, 1);
  if (isWord(tokens[0], 'start')) cursor.expect('transaction');
  else if (!cursor.takes('work')) cursor.takes('transaction');
  let readOnly = false;
  while (!cursor.atEnd) {
    cursor.takes(',');
    if (cursor.takes('isolation', 'level')) {
      const known = cursor.takes('serializable') || cursor.takes('snapshot') || cursor.takes('repeatable', 'read') || cursor.takes('read', 'committed') || cursor.takes('read', 'uncommitted');
      if (!known) throw cursor.error();
    } else if (cursor.takes('read', 'only')) readOnly = true;
    else cursor.expect('read', 'write');
  }
  return { kind: 'begin', readOnly };
}

function readEnd(tokens: readonly Token[], kind: 'commit' | 'rollback'): Draft {
  const cursor = new TokenCursor(tokens, 1);
  if (cursor.sees('prepared')) throw notSupported('Two-phase commit is not supported');
  if (!cursor.takes('work')) cursor.takes('transaction');
  if (!cursor.atEnd) throw cursor.error();
  return { kind };
}

/** `EXPLAIN [VERBOSE] query`. ANALYZE, which would execute it, is not there. https://docs.aws.amazon.com/redshift/latest/dg/r_EXPLAIN.html */
function readExplain(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens, 1);
  const verbose = cursor.takes('verbose');
  const first = tokens.slice(cursor.index).find((token) => !isWord(token, '('));
  if (!['select', 'with', 'insert', 'update', 'delete'].some((word) => isWord(first, word))) throw syntaxErrorAt(first?.text);
  const query = readDraft(tokens.slice(cursor.index), context);
  return { kind: 'explain', touchesTables: query.touchesTables === true, backendSql: `EXPLAIN ${verbose ? 'VERBOSE ' : ''}${query.backendSql}` };
}

/** `SHOW COLUMNS FROM TABLE [database.]schema.table [LIKE 'pattern']`. https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_COLUMNS.html */
function readShowColumns(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens, 2);
  cursor.expect('from', 'table');
  const { database, schema, name } = takeTableName(cursor, context.caseSensitive);
  if (schema === undefined) throw cursor.error();
  const pattern = cursor.takes('like') ? ` AND column_name LIKE ${quoteLiteral(cursor.expectString())}` : '';
  if (!cursor.atEnd) throw cursor.error();
  const from = `pg_catalog.svv_all_columns WHERE database_name = ${quoteLiteral(database ?? context.database)} AND schema_name = ${quoteLiteral(schema)} AND table_name = ${quoteLiteral(name)}${pattern}`;
  return { kind: 'select', touchesTables: true, backendSql: `SELECT * FROM ${from} ORDER BY ordinal_position` };
}

/** `ANALYZE [VERBOSE] [table [(columns)]] [PREDICATE COLUMNS | ALL COLUMNS]`. https://docs.aws.amazon.com/redshift/latest/dg/r_ANALYZE.html */
function readAnalyze(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens, 1);
  cursor.takes('verbose');
  const hasTable = !cursor.atEnd && !cursor.sees('predicate') && !cursor.sees('all');
  const table = hasTable ? takeTableName(cursor, context.caseSensitive) : null;
  let columns: string[] | null = null;
  if (table !== null && cursor.sees('(')) columns = splitAtCommas(cursor.group()).map((column) => takeIdentifier(new TokenCursor(column), context.caseSensitive));
  if (!cursor.takes('predicate', 'columns')) cursor.takes('all', 'columns');
  if (!cursor.atEnd) throw cursor.error();
  // Names are looked up; statistics are the backing server's own affair.
  const backendSql = table === null ? '' : `SELECT ${columns === null ? '1' : columns.map(quoteName).join(', ')} FROM ${quoteTable(table)} LIMIT 0`;
  return { kind: 'analyze', touchesTables: table !== null, backendSql };
}

/** `DECLARE name CURSOR FOR query`: no other kind of cursor. https://docs.aws.amazon.com/redshift/latest/dg/declare.html */
function readDeclare(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens, 1);
  const name = takeIdentifier(cursor, context.caseSensitive);
  cursor.expect('cursor', 'for');
  const query = queryDraft('select', tokens.slice(cursor.index), context);
  return { kind: 'other', cursor: { action: 'declare', name }, touchesTables: true, backendSql: `DECLARE ${quoteName(name)} CURSOR FOR ${query.backendSql}` };
}

function readClose(tokens: readonly Token[], context: SqlContext): Draft {
  const cursor = new TokenCursor(tokens, 1);
  const name = takeIdentifier(cursor, context.caseSensitive);
  if (!cursor.atEnd) throw cursor.error();
  return { kind: 'other', cursor: { action: 'close', name }, backendSql: `CLOSE ${quoteName(name)}` };
}

/** `(EXPLAIN | SHOW | SET …)` and whatever has no rule of its own goes on in translation. */
function readOther(tokens: readonly Token[], context: SqlContext): Draft {
  const first = tokens[0]!.value;
  if (MISSING_STATEMENTS.has(first)) throw first === 'values' || first === 'table' ? syntaxErrorAt(tokens[0]!.text) : notSupported(`${first.toUpperCase()} is not supported`);
  if (['grant', 'revoke', 'comment', 'call'].includes(first)) return ddl(tokens, context);
  if (['prepare', 'execute', 'deallocate'].includes(first)) throw notSupported(`${first.toUpperCase()} is not available in this stand-in`);
  if (first === 'declare') return readDeclare(tokens, context);
  if (first === 'close') return readClose(tokens, context);
  if (['fetch', 'cancel'].includes(first)) return { kind: 'other', touchesTables: false, backendSql: translate(tokens, context) };
  throw syntaxErrorAt(tokens[0]!.text);
}

function readDraft(tokens: readonly Token[], context: SqlContext): Draft {
  const first = tokens.find((token) => !isWord(token, '('))?.value;
  if (isWord(tokens[0], '(') && first !== 'select' && first !== 'with') throw syntaxErrorAt(tokens.find((token) => !isWord(token, '('))?.text);
  switch (first) {
    case 'select': return queryDraft('select', tokens, context);
    case 'with': return readWith(tokens, context);
    case 'insert': case 'update': case 'delete': return readChange(tokens, context);
    case 'merge': {
      const { target, source, removesDuplicatesOn: condition } = checkMerge(tokens, context);
      if (condition === undefined) return { ...queryDraft('merge', tokens, context, [target]), mergeSources: mergeSources(tokens, context) };
      const draft = queryDraft('merge', tokens.slice(0, -2), context, [target]);
      const [into, from] = [quoteTable(target), translate(source, context)];
      const backendSql = `WITH replaced AS (DELETE FROM ${into} USING ${from} WHERE ${translate(condition, context)}) INSERT INTO ${into} SELECT * FROM ${from}`;
      return { ...draft, backendSql, mergeSources: mergeSources(tokens, context) };
    }
    case 'copy': {
      const copy = readCopyStatement(tokens, context);
      return { kind: 'copy', copy, targets: [copy.table], touchesTables: true };
    }
    case 'begin': case 'start': return readBegin(tokens);
    case 'commit': case 'end': return readEnd(tokens, 'commit');
    case 'rollback': case 'abort': {
      if (tokens.some((token) => isWord(token, 'to'))) throw notSupported('SAVEPOINT is not supported');
      return readEnd(tokens, 'rollback');
    }
    case 'truncate': return readTruncate(tokens, context);
    case 'lock': return readLock(tokens, context);
    case 'create': return readCreate(tokens, context);
    case 'drop': return readDrop(tokens, context);
    case 'alter': {
      if (isWord(tokens[1], 'user')) throw notSupported('ALTER USER is not available in this stand-in');
      if (!isWord(tokens[1], 'table')) return OUTSIDE_TRANSACTIONS.has(tokens[1]?.value ?? '') ? { kind: 'vacuum', backendSql: 'ALTER DATABASE' } : ddl(tokens, context);
      const alterTable = readAlterTable(tokens, context);
      return { kind: 'alter-table', alterTable, targets: [alterTable.table], touchesTables: true, backendSql: alterTable.backendSql ?? '' };
    }
    case 'set': case 'reset': case 'show':
      if (first === 'show' && isWord(tokens[1], 'columns')) return readShowColumns(tokens, context);
      return { kind: first, settings: readSettingsStatement(tokens) };
    case 'vacuum': return { kind: 'vacuum', backendSql: 'VACUUM' };
    case 'analyze': case 'analyse': return readAnalyze(tokens, context);
    case 'explain': return readExplain(tokens, context);
    default: return readOther(tokens, context);
  }
}

/**
 * Reads one statement.
 *
 * @throws SqlError what Redshift would answer where it does not take the statement
 */
export function readStatement(text: string, tokens: readonly Token[], context: SqlContext): Statement {
  const start = tokens[0]!.start;
  const relative = tokens.map((token) => ({ ...token, start: token.start - start, end: token.end - start }));
  const logText = redact(text.slice(start, tokens.at(-1)!.end), relative);
  const draft = readDraft(tokens, context);
  const elsewhere = draft.targets?.find((target) => target.database !== undefined && target.database !== context.database);
  if (elsewhere !== undefined) throw notSupported(`cross-database references are not available in this stand-in: ${elsewhere.database}.${elsewhere.schema}.${elsewhere.name}`);
  return { backendSql: '', targets: [], references: [], touchesTables: false, readsTables: false, ...draft, logText, tokens };
}
