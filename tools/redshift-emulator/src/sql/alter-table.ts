import { SqlError, notSupported, syntaxErrorAt } from '../wire/sql-error.ts';
import { takeDefault } from './default-expression.ts';
import { quoteName, quoteTable, takeIdentifier, takeTableName, type TableName } from './identifiers.ts';
import { takeTableAttributes, type KeyAttributes } from './table-attributes.ts';
import { TokenCursor, isWord, splitAtCommas } from './token-cursor.ts';
import type { Token } from './tokenize.ts';
import { translate, type SqlContext } from './translate.ts';
import { valueCheck, takeType, type RedshiftType } from './types.ts';

/** One ALTER TABLE, read. */
export interface AlterTable {
  readonly table: TableName;
  readonly action: 'add-column' | 'drop-column' | 'alter-type' | 'rename' | 'rename-column' | 'keys' | 'owner' | 'add-constraint' | 'append';
  /** Undefined where only metadata changes. */
  readonly backendSql: string | undefined;
  readonly column?: string;
  readonly newName?: string;
  readonly type?: RedshiftType;
  readonly keys?: KeyAttributes;
  readonly notNullWithoutDefault?: boolean;
  readonly constraint?: AddedConstraint;
  readonly append?: { readonly source: TableName; readonly leftover: 'refuse' | 'ignore-extra' | 'fill-target' };
}

/** A key that is listed and not enforced. */
export interface AddedConstraint {
  readonly kind: 'primary-key' | 'unique' | 'foreign-key';
  readonly columns: readonly string[];
  readonly references?: string;
}

interface Head {
  readonly cursor: TokenCursor;
  readonly table: TableName;
  readonly sql: string;
  readonly context: SqlContext;
}

function readAddColumn({ cursor, table, sql, context }: Head): AlterTable {
  cursor.takes('column');
  if (cursor.sees('if', 'not', 'exists')) throw syntaxErrorAt('not');
  const column = takeIdentifier(cursor, context.caseSensitive);
  const type = takeType(cursor, { column: true });
  let defaultSql = '';
  let notNull = false;
  while (!cursor.atEnd) {
    if (cursor.takes('default')) {
      const expression = takeDefault(cursor);
      defaultSql = isWord(expression[0], 'null') ? '' : ` DEFAULT ${translate(expression, context)}`;
    } else if (cursor.takes('encode')) cursor.next();
    else if (cursor.takes('not', 'null')) notNull = true;
    else if (cursor.takes('null')) continue;
    else if (cursor.sees('identity') || cursor.sees('generated')) throw notSupported('ALTER TABLE ADD COLUMN cannot add an identity column');
    else if (['primary', 'unique', 'references', 'distkey', 'sortkey'].some((word) => cursor.sees(word))) {
      throw notSupported(`ALTER TABLE ADD COLUMN does not support ${cursor.current!.value.toUpperCase()}`);
    } else throw cursor.error();
  }
  return {
    table, action: 'add-column', column, type, notNullWithoutDefault: notNull && defaultSql === '',
    backendSql: `${sql} ADD COLUMN ${quoteName(column)} ${type.backend}${defaultSql}${notNull ? ' NOT NULL' : ''}${valueCheck(column, type)}`,
  };
}

function readDropColumn({ cursor, table, sql, context }: Head): AlterTable {
  cursor.takes('column');
  if (cursor.sees('if', 'exists')) throw syntaxErrorAt('exists');
  const column = takeIdentifier(cursor, context.caseSensitive);
  const cascade = cursor.takes('cascade');
  if (!cascade) cursor.takes('restrict');
  if (!cursor.atEnd) throw cursor.error();
  return { table, action: 'drop-column', column, backendSql: `${sql} DROP COLUMN ${quoteName(column)}${cascade ? ' CASCADE' : ''}` };
}

function readAlter(head: Head): AlterTable {
  const { cursor, table, sql, context } = head;
  if (!cursor.sees('column') && (cursor.sees('distkey') || cursor.sees('diststyle') || cursor.sees('sortkey') || cursor.sees('compound') || cursor.sees('encode'))) {
    return readKeys(head);
  }
  cursor.takes('column');
  const column = takeIdentifier(cursor, context.caseSensitive);
  if (cursor.takes('encode')) {
    cursor.next();
    return { table, action: 'keys', backendSql: undefined, keys: {} };
  }
  if (!cursor.takes('type')) throw cursor.error();
  const type = takeType(cursor, { column: true });
  if (!cursor.atEnd) throw cursor.error();
  if (type.family !== 'varchar') throw notSupported('ALTER COLUMN TYPE is only supported for VARCHAR columns');
  return { table, action: 'alter-type', column, type, backendSql: `${sql} ALTER COLUMN ${quoteName(column)} TYPE ${type.backend}` };
}

function readKeys({ cursor, table, context }: Head): AlterTable {
  const keys: KeyAttributes = {};
  do {
    cursor.takes('alter');
    const diststyleKey = cursor.takes('diststyle', 'key');
    if (cursor.takes('distkey')) {
      keys.distKey = takeIdentifier(cursor, context.caseSensitive);
      keys.distStyle = 'key';
    } else if (diststyleKey) throw cursor.error();
    else takeTableAttributes(cursor, keys, context);
  } while (cursor.takes(','));
  if (!cursor.atEnd) throw cursor.error();
  return { table, action: 'keys', backendSql: undefined, keys };
}

function readRename({ cursor, table, sql, context }: Head): AlterTable {
  if (cursor.takes('to')) {
    const newName = takeIdentifier(cursor, context.caseSensitive);
    if (newName.startsWith('#')) throw notSupported('cannot rename a permanent table to a temporary name');
    if (!cursor.atEnd) throw cursor.error();
    return { table, action: 'rename', newName, backendSql: `${sql} RENAME TO ${quoteName(newName)}` };
  }
  cursor.expect('column');
  const column = takeIdentifier(cursor, context.caseSensitive);
  cursor.expect('to');
  const newName = takeIdentifier(cursor, context.caseSensitive);
  if (!cursor.atEnd) throw cursor.error();
  return { table, action: 'rename-column', column, newName, backendSql: `${sql} RENAME COLUMN ${quoteName(column)} TO ${quoteName(newName)}` };
}

function readConstraint({ cursor, context }: Head): AddedConstraint {
  if (cursor.takes('constraint')) takeIdentifier(cursor, context.caseSensitive);
  const names = (): string[] => splitAtCommas(cursor.group()).map((name) => takeIdentifier(new TokenCursor(name), context.caseSensitive));
  const kind = cursor.takes('primary', 'key') ? 'primary-key' : cursor.takes('unique') ? 'unique' : 'foreign-key';
  if (kind === 'foreign-key') cursor.expect('foreign', 'key');
  const columns = names();
  let references: string | undefined;
  if (kind === 'foreign-key') {
    cursor.expect('references');
    references = takeTableName(cursor, context.caseSensitive).name;
    if (cursor.sees('(')) names();
  }
  if (!cursor.atEnd) throw cursor.error();
  return { kind, columns, ...(references === undefined ? {} : { references }) };
}

/** https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html */
function readAppend({ cursor, table, context }: Head): AlterTable {
  cursor.expect('from');
  const source = takeTableName(cursor, context.caseSensitive);
  const leftover = cursor.takes('ignoreextra') ? 'ignore-extra' : cursor.takes('filltarget') ? 'fill-target' : 'refuse';
  if (!cursor.atEnd) throw cursor.error();
  return { table, action: 'append', backendSql: undefined, append: { source, leftover } };
}

/** Reads ALTER TABLE; one action per statement. https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html */
export function readAlterTable(tokens: readonly Token[], context: SqlContext): AlterTable {
  const cursor = new TokenCursor(tokens);
  cursor.expect('alter', 'table');
  const table = takeTableName(cursor, context.caseSensitive);
  const head: Head = { cursor, table, sql: `ALTER TABLE ${quoteTable(table)}`, context };
  if (cursor.takes('add')) {
    if (cursor.sees('check') || cursor.sees('constraint') || cursor.sees('primary') || cursor.sees('unique') || cursor.sees('foreign')) {
      if (tokens.some((token) => isWord(token, 'check'))) throw notSupported('CHECK constraints are not supported');
      return { table, action: 'add-constraint', backendSql: undefined, constraint: readConstraint(head) };
    }
    return readAddColumn(head);
  }
  if (cursor.takes('drop')) return readDropColumn(head);
  if (cursor.takes('rename')) return readRename(head);
  if (cursor.takes('append')) return readAppend(head);
  if (cursor.takes('owner', 'to')) {
    return { table, action: 'owner', backendSql: `${head.sql} OWNER TO ${quoteName(takeIdentifier(cursor, context.caseSensitive))}` };
  }
  if (cursor.takes('alter')) return readAlter(head);
  throw cursor.error() instanceof SqlError ? cursor.error() : syntaxErrorAt(undefined);
}
