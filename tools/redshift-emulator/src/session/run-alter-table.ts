import { SqlError } from '../wire/sql-error.ts';
import type { AlterTable } from '../sql/alter-table.ts';
import { backendName, quoteLiteral, quoteName, quoteTable } from '../sql/identifiers.ts';
import { runAppend } from './run-append.ts';
import type { SessionContext } from './session-context.ts';

const REFUSED_ENCODINGS: ReadonlySet<string> = new Set(['bytedict', 'runlength', 'text255', 'text32k']);

interface Description {
  readonly distKey?: string;
  readonly sortKeys?: readonly string[];
  readonly encodings?: Readonly<Record<string, string>>;
  readonly primaryKey?: readonly string[];
  readonly unique?: readonly (readonly string[])[];
  readonly foreignKeys?: readonly { readonly columns: readonly string[] }[];
}

async function description(session: SessionContext, name: string): Promise<Description> {
  const [[text]] = (await session.backend.rows(`SELECT coalesce(redshift_emulator.table_description(${name}::regclass), '{}')::text`)) as [[string]];
  return JSON.parse(text) as Description;
}

const isConstrained = (table: Description, column: string): boolean =>
  [table.primaryKey ?? [], ...(table.unique ?? []), ...(table.foreignKeys ?? []).map((key) => key.columns)].some((columns) => columns.includes(column));

async function checkAlterType(session: SessionContext, alter: AlterTable, name: string): Promise<void> {
  if (session.transaction.block !== 'none') throw new SqlError('25001', 'ALTER TABLE ALTER COLUMN cannot run inside a transaction block');
  const column = alter.column!;
  const rows = await session.backend.rows(`SELECT t.typname, a.atthasdef FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = ${name}::regclass AND a.attname = ${quoteLiteral(backendName(column))} AND a.attnum > 0`);
  if (rows.length === 0) throw new SqlError('42703', `column "${column}" of relation "${alter.table.name}" does not exist`);
  if (rows[0]![0] !== 'rs_varchar') throw new SqlError('0A000', 'ALTER COLUMN TYPE is only supported for VARCHAR columns');
  if (rows[0]![1] === 't') throw new SqlError('0A000', `cannot alter type of column "${column}" with a default value`);
  const table = await description(session, name);
  if (isConstrained(table, column)) throw new SqlError('0A000', `cannot alter type of column "${column}" that is part of a constraint`);
  const encoding = table.encodings?.[column];
  if (encoding !== undefined && REFUSED_ENCODINGS.has(encoding)) throw new SqlError('0A000', `cannot alter type of column "${column}" with encoding ${encoding.toUpperCase()}`);
  const [[longest]] = (await session.backend.rows(`SELECT coalesce(max(octet_length(${quoteName(column)})), 0) FROM ${quoteTable(alter.table)}`)) as [[string]];
  if (Number(longest) > alter.type!.length!) throw new SqlError('22001', `value too long for type character varying(${alter.type!.length!})`);
}

async function checkDropColumn(session: SessionContext, alter: AlterTable, name: string): Promise<void> {
  const table = await description(session, name);
  const column = alter.column!;
  if (table.distKey === column || table.sortKeys?.includes(column) === true) throw new SqlError('0A000', `cannot drop column "${column}": it is a distribution or sort key`);
  if (isConstrained(table, column)) throw new SqlError('2BP01', `cannot drop table ${alter.table.name} column ${column} because other objects depend on it`);
  const [[count]] = (await session.backend.rows(`SELECT count(*) FROM pg_attribute WHERE attrelid = ${name}::regclass AND attnum > 0 AND NOT attisdropped`)) as [[string]];
  if (count === '1') throw new SqlError('0A000', 'cannot drop the only column of a table');
}

/** A key goes into the table's description: nothing enforces it. The columns of a primary key are NOT NULL already. */
async function addConstraint(session: SessionContext, { table, constraint }: AlterTable, name: string): Promise<void> {
  const { kind, columns, references } = constraint!;
  const rows = await session.backend.rows(`SELECT a.attname, a.attnotnull FROM pg_attribute a WHERE a.attrelid = ${name}::regclass AND a.attnum > 0 AND NOT a.attisdropped`);
  for (const column of columns) {
    const found = rows.find(([attname]) => attname === backendName(column));
    if (found === undefined) throw new SqlError('42703', `column "${column}" named in key does not exist`);
    if (kind === 'primary-key' && found[1] !== 't') throw new SqlError('0A000', `column "${column}" must be NOT NULL to be part of the primary key of "${table.name}"`);
  }
  const known = await description(session, name);
  if (kind === 'primary-key' && known.primaryKey !== undefined) throw new SqlError('42P16', 'multiple primary keys for table are not allowed');
  const added =
    kind === 'primary-key' ? { primaryKey: columns } : kind === 'unique' ? { unique: [...(known.unique ?? []), columns] } : { foreignKeys: [...(known.foreignKeys ?? []), { columns, references }] };
  await session.backend.rows(`SELECT redshift_emulator.record_table(${name}::regclass, ${quoteLiteral(JSON.stringify({ ...known, ...added }))})`);
}

/** Runs one ALTER TABLE with Redshift's limits; gives the command tag. */
export async function runAlterTable(session: SessionContext, alter: AlterTable): Promise<string> {
  const name = quoteLiteral(quoteTable(alter.table));
  if (alter.action === 'append') {
    await runAppend(session, alter);
    return 'ALTER TABLE APPEND';
  }
  if (alter.constraint !== undefined) {
    await addConstraint(session, alter, name);
    return 'ALTER TABLE';
  }
  if (alter.notNullWithoutDefault === true) throw new SqlError('0A000', 'ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression');
  if (alter.action === 'alter-type') await checkAlterType(session, alter, name);
  if (alter.action === 'drop-column') await checkDropColumn(session, alter, name);
  if (alter.backendSql === undefined) {
    await session.backend.rows(`SELECT redshift_emulator.record_table(${name}::regclass,
      coalesce(redshift_emulator.table_description(${name}::regclass), '{}') || ${quoteLiteral(JSON.stringify(alter.keys ?? {}))}::jsonb)`);
  } else await session.backend.rows(alter.backendSql);
  if (alter.action === 'rename-column') await renameInDescription(session, alter, name);
  return 'ALTER TABLE';
}

async function renameInDescription(session: SessionContext, alter: AlterTable, name: string): Promise<void> {
  const rename = (column: string): string => (column === alter.column ? alter.newName! : column);
  const table = await description(session, name);
  const renamed: Description = {
    ...table,
    ...(table.distKey === undefined ? {} : { distKey: rename(table.distKey) }),
    ...(table.sortKeys === undefined ? {} : { sortKeys: table.sortKeys.map(rename) }),
    ...(table.primaryKey === undefined ? {} : { primaryKey: table.primaryKey.map(rename) }),
    ...(table.unique === undefined ? {} : { unique: table.unique.map((columns) => columns.map(rename)) }),
    ...(table.foreignKeys === undefined ? {} : { foreignKeys: table.foreignKeys.map((key) => ({ ...key, columns: key.columns.map(rename) })) }),
    encodings: Object.fromEntries(Object.entries(table.encodings ?? {}).map(([column, encoding]) => [rename(column), encoding])),
  };
  await session.backend.rows(`SELECT redshift_emulator.record_table(${name}::regclass, ${quoteLiteral(JSON.stringify(renamed))})`);
}
