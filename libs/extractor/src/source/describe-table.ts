import { isTidemarkError, type SourceColumn, type SourceForeignKey, type SourceIndex, type SourceTable } from '@tidemark/domain';
import { ExtractorError } from '../errors.ts';
import type { MysqlConnection } from '../ports.ts';
import { nearNames } from './near-names.ts';
import { readServerIdentity } from './server-identity.ts';
import { quoteName, textLiteral } from './sql-text.ts';
import { queryText, type TextRow } from './text-query.ts';

/** What information_schema's names of tables show; the comparison there is made in its own collation, so names are picked here. */
interface FoundTable {
  readonly schema: string;
  readonly table: string;
  readonly estimatedRows: number;
  readonly dataBytes: number;
}

/**
 * Reads a table's definition from information_schema. Columns that the user may not see are not in it.
 * https://dev.mysql.com/doc/refman/8.4/en/information-schema-columns-table.html
 *
 * @param timeoutMs longest wait for each answer
 * @throws ExtractorError `SOURCE_TABLE_MISSING` with similar names, `SOURCE_ACCESS_DENIED`, `SOURCE_CONNECTION_LOST`
 */
export async function describeTable(connection: MysqlConnection, schema: string, table: string, timeoutMs: number): Promise<SourceTable> {
  const doing = `describing ${schema}.${table}`;
  const ask = (sql: string): Promise<readonly TextRow[]> => queryText(connection, sql, doing, timeoutMs);
  const identity = await readServerIdentity(connection, timeoutMs);
  const found = pick(
    await ask(`SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, TABLE_ROWS AS n, DATA_LENGTH AS b FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${textLiteral(schema)} AND TABLE_NAME = ${textLiteral(table)}`),
    schema, table, identity.foldsNames,
  );
  if (found === undefined) throw await missing(ask, schema, table);
  const where = `WHERE TABLE_SCHEMA = ${textLiteral(found.schema)} AND TABLE_NAME = ${textLiteral(found.table)}`;
  const isThis = (row: TextRow): boolean => row.s === found.schema && row.t === found.table;

  const columns = (await ask(`SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_DEFAULT, EXTRA FROM information_schema.COLUMNS ${where} ORDER BY ORDINAL_POSITION`)).filter(isThis);
  const keyParts = (await ask(`SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, SEQ_IN_INDEX, CARDINALITY FROM information_schema.STATISTICS ${where} ORDER BY INDEX_NAME, SEQ_IN_INDEX`)).filter(isThis);
  const keyUses = (await ask(`SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE ${where} AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY CONSTRAINT_NAME, ORDINAL_POSITION`)).filter(isThis);
  const rules = keyUses.length === 0 ? [] : (await ask(`SELECT CONSTRAINT_SCHEMA AS s, TABLE_NAME AS t, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ${textLiteral(found.schema)} AND TABLE_NAME = ${textLiteral(found.table)}`)).filter(isThis);
  await requireReadable(ask, found, columns);
  const jsonColumns = await checkedAsJson(ask, found, identity.serverVersion, columns);
  const indexes = indexesOf(keyParts);
  return {
    schema: found.schema,
    table: found.table,
    columns: columns.map((row) => (jsonColumns.has(row.COLUMN_NAME!) ? { ...columnOf(row), dataType: 'json' } : columnOf(row))),
    primaryKey: indexes.find(({ name }) => name === 'PRIMARY')?.columns ?? [],
    indexes,
    foreignKeys: foreignKeysOf(keyUses, rules),
    estimatedRows: found.estimatedRows,
    dataBytes: found.dataBytes,
    serverId: identity.serverId,
    serverVersion: identity.serverVersion,
  };
}

/** The exact name, or the one that the server takes for it. */
function pick(rows: readonly TextRow[], schema: string, table: string, foldsNames: boolean): FoundTable | undefined {
  const row =
    rows.find(({ s, t }) => s === schema && t === table) ??
    (foldsNames ? rows.find(({ s, t }) => s?.toLowerCase() === schema.toLowerCase() && t?.toLowerCase() === table.toLowerCase()) : undefined);
  return row === undefined ? undefined : { schema: row.s!, table: row.t!, estimatedRows: Number(row.n ?? '0'), dataBytes: Number(row.b ?? '0') };
}

/** Not in information_schema: not there, or hidden from this user. The server's answer to a SELECT tells which. */
async function missing(ask: (sql: string) => Promise<readonly TextRow[]>, schema: string, table: string): Promise<Error> {
  try {
    await ask(`SELECT 1 FROM ${quoteName(schema)}.${quoteName(table)} LIMIT 0`);
  } catch (error) {
    if (!isTidemarkError(error) || error.code !== 'SOURCE_TABLE_MISSING') return error as Error;
  }
  const tables = await ask(`SELECT TABLE_NAME AS t FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${textLiteral(schema)}`);
  const similar = nearNames(table, tables.map(({ t }) => t ?? '')).map((name) => `${schema}.${name}`);
  const schemas = tables.length > 0 ? [] : nearNames(schema, (await ask('SELECT SCHEMA_NAME AS s FROM information_schema.SCHEMATA')).map(({ s }) => s ?? '')).filter((name) => name !== schema);
  const hint = similar.length > 0 ? ` Similar tables: ${similar.join(', ')}.` : schemas.length > 0 ? ` Similar schemas: ${schemas.join(', ')}.` : '';
  return new ExtractorError('SOURCE_TABLE_MISSING', {
    message: `The source has no table ${schema}.${table} that this user can see.${hint}`,
    details: { schema, table, similarTables: similar, similarSchemas: schemas },
  });
}

/** A table may be listed for another privilege than SELECT, and a broken view is listed too. */
async function requireReadable(ask: (sql: string) => Promise<readonly TextRow[]>, { schema, table }: FoundTable, columns: readonly TextRow[]): Promise<void> {
  const names = columns.map((row) => quoteName(row.COLUMN_NAME!)).join(', ');
  await ask(`SELECT ${names === '' ? '1' : names} FROM ${quoteName(schema)}.${quoteName(table)} LIMIT 0`);
}

/**
 * MariaDB's JSON is LONGTEXT whose check says that it is JSON; the names of such columns.
 * https://mariadb.com/kb/en/json/
 */
async function checkedAsJson(ask: (sql: string) => Promise<readonly TextRow[]>, { schema, table }: FoundTable, serverVersion: string, columns: readonly TextRow[]): Promise<ReadonlySet<string>> {
  const candidates = columns.filter((row) => row.DATA_TYPE === 'longtext' && row.COLLATION_NAME === 'utf8mb4_bin').map((row) => row.COLUMN_NAME!);
  if (candidates.length === 0 || !serverVersion.includes('MariaDB')) return new Set();
  const checks = await ask(`SELECT CONSTRAINT_SCHEMA AS s, TABLE_NAME AS t, CHECK_CLAUSE AS c FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ${textLiteral(schema)} AND TABLE_NAME = ${textLiteral(table)}`);
  const clauses = new Set(checks.filter((row) => row.s === schema && row.t === table).map((row) => row.c));
  return new Set(candidates.filter((name) => clauses.has(`json_valid(${quoteName(name)})`)));
}

function columnOf(row: TextRow): SourceColumn {
  const columnType = row.COLUMN_TYPE ?? '';
  return {
    name: row.COLUMN_NAME!,
    ordinal: Number(row.ORDINAL_POSITION),
    dataType: (row.DATA_TYPE ?? '').toLowerCase(),
    columnType,
    isNullable: row.IS_NULLABLE === 'YES',
    isUnsigned: /\b(unsigned|zerofill)\b/i.test(columnType.replace(/'(?:[^']|'')*'/g, '')),
    maxCharacters: numberOrNull(row.CHARACTER_MAXIMUM_LENGTH),
    numericPrecision: numberOrNull(row.NUMERIC_PRECISION),
    numericScale: numberOrNull(row.NUMERIC_SCALE),
    datetimePrecision: numberOrNull(row.DATETIME_PRECISION),
    characterSet: row.CHARACTER_SET_NAME ?? null,
    collation: row.COLLATION_NAME ?? null,
    defaultExpression: row.COLUMN_DEFAULT ?? null,
    extra: (row.EXTRA ?? '').toLowerCase(),
  };
}

function numberOrNull(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}

/**
 * Indexes over plain, whole columns: one over an expression or a prefix of a column orders nothing that a reading could use.
 * PRIMARY comes first.
 */
function indexesOf(parts: readonly TextRow[]): readonly SourceIndex[] {
  const byName = new Map<string, { isUnique: boolean; distinctValues: number | null; columns: (string | null)[] }>();
  for (const row of parts) {
    const index = byName.get(row.INDEX_NAME!) ?? { isUnique: row.NON_UNIQUE === '0', distinctValues: null, columns: [] };
    if (row.SEQ_IN_INDEX === '1') index.distinctValues = numberOrNull(row.CARDINALITY);
    index.columns.push(row.SUB_PART === null ? row.COLUMN_NAME! : null);
    byName.set(row.INDEX_NAME!, index);
  }
  const whole = [...byName].filter(([name, { columns }]) => name === 'PRIMARY' || columns.every((column) => column !== null));
  return whole
    .map(([name, { isUnique, distinctValues, columns }]) => ({ name, isUnique, distinctValues, columns: columns.filter((column): column is string => column !== null) }))
    .sort((a, b) => Number(b.name === 'PRIMARY') - Number(a.name === 'PRIMARY'));
}

function foreignKeysOf(uses: readonly TextRow[], rules: readonly TextRow[]): readonly SourceForeignKey[] {
  const byName = new Map<string, { references: string; columns: string[] }>();
  for (const row of uses) {
    const key = byName.get(row.CONSTRAINT_NAME!) ?? { references: `${row.REFERENCED_TABLE_SCHEMA}.${row.REFERENCED_TABLE_NAME}`, columns: [] };
    key.columns.push(row.COLUMN_NAME!);
    byName.set(row.CONSTRAINT_NAME!, key);
  }
  return [...byName].map(([name, { columns, references }]) => {
    const rule = rules.find((row) => row.CONSTRAINT_NAME === name);
    return { name, columns, references, ...(rule === undefined ? {} : { onUpdate: rule.UPDATE_RULE!, onDelete: rule.DELETE_RULE! }) };
  });
}
