import { SqlError } from '../wire/sql-error.ts';
import type { AlterTable } from '../sql/alter-table.ts';
import { quoteLiteral, quoteName, quoteTable, type TableName } from '../sql/identifiers.ts';
import type { SessionContext } from './session-context.ts';

interface Column {
  readonly name: string;
  /** Type, NOT NULL, encoding and place among the keys, in one text. */
  readonly traits: string;
  readonly isIdentity: boolean;
}

async function columnsOf(session: SessionContext, table: TableName): Promise<readonly Column[]> {
  const rows = await session.backend.rows(`SELECT c.column_name, concat_ws(' ', redshift_emulator.type_name(c.atttypid, c.atttypmod, true), c.attnotnull,
      redshift_emulator.encoding(c.column_name, c.typname, c.description, c.relpersistence), c.description ->> 'distKey' = c.column_name, redshift_emulator.sort_position(c.column_name, c.description)),
      (coalesce(c.column_default, '') ~ 'identity[("]')::text, c.relpersistence::text, c.relkind::text
    FROM redshift_emulator.all_columns c WHERE c.table_id = to_regclass(${quoteLiteral(quoteTable(table))}) ORDER BY c.attnum`);
  if (rows.length === 0) throw new SqlError('42P01', `Table "${table.name}" does not exist`);
  if (rows[0]![3] === 't' || rows[0]![4] !== 'r') throw new SqlError('0A000', `ALTER TABLE APPEND takes permanent tables only: "${table.name}"`);
  return rows.map(([name, traits, isIdentity]) => ({ name: name!, traits: traits!, isIdentity: isIdentity === 'true' }));
}

/**
 * ALTER TABLE … APPEND FROM: moves all rows, empties the source and commits. Same-named columns must agree; where one of the tables
 * has more columns, IGNOREEXTRA or FILLTARGET says so. https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html
 */
export async function runAppend(session: SessionContext, { table, append }: AlterTable): Promise<void> {
  if (session.transaction.block !== 'none') throw new SqlError('25001', 'ALTER TABLE APPEND cannot run inside a transaction block');
  const { source, leftover } = append!;
  const target = await columnsOf(session, table);
  const from = await columnsOf(session, source);
  const shared = target.filter((column) => from.some(({ name }) => name === column.name));
  for (const column of shared) {
    const other = from.find(({ name }) => name === column.name)!;
    if (other.traits !== column.traits) throw new SqlError('0A000', `column "${column.name}" differs between "${table.name}" and "${source.name}"`);
    if (column.isIdentity || other.isIdentity) throw new SqlError('0A000', `IDENTITY column "${column.name}" cannot be appended`);
  }
  if (from.length > shared.length && leftover !== 'ignore-extra') throw new SqlError('0A000', `"${source.name}" has columns that "${table.name}" lacks; IGNOREEXTRA leaves them out`);
  if (target.length > shared.length && leftover !== 'fill-target') throw new SqlError('0A000', `"${table.name}" has columns that "${source.name}" lacks; FILLTARGET fills them`);
  const names = shared.map(({ name }) => quoteName(name)).join(', ');
  await session.backend.rows(`INSERT INTO ${quoteTable(table)} (${names}) SELECT ${names} FROM ${quoteTable(source)}; DELETE FROM ${quoteTable(source)}`);
}
