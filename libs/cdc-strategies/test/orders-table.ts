import type { SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';

export function sourceColumn(name: string, dataType: string, more: Partial<SourceColumn> = {}): SourceColumn {
  return {
    name, ordinal: 1, dataType, columnType: dataType, isNullable: false, isUnsigned: false, maxCharacters: null, numericPrecision: null, numericScale: null,
    datetimePrecision: dataType === 'datetime' || dataType === 'timestamp' ? 6 : null, characterSet: null, collation: null, defaultExpression: null, extra: '', ...more,
  };
}

export function sourceTable(columns: readonly SourceColumn[], more: Partial<SourceTable> = {}): SourceTable {
  return { schema: 'sales', table: 'orders', columns, primaryKey: ['id'], indexes: [], estimatedRows: 0, serverId: 'server', serverVersion: '10.11', ...more };
}

export const ORDERS = sourceTable([sourceColumn('id', 'bigint'), sourceColumn('updated_at', 'datetime'), sourceColumn('state', 'varchar', { isNullable: true })]);

export function stagedColumn(name: string): StagedColumn {
  return { source: name, name, sourceType: 'text', select: `\`${name}\``, decode: 'utf8', parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' }, redshift: { name: 'VARCHAR', bytes: 256 }, policies: {} };
}

export const STAGED = ORDERS.columns.map(({ name }) => stagedColumn(name));

export const SETTINGS = {
  timestampColumn: null, idColumn: null, timestampFormat: 'datetime', lagMs: 5000, lookbackMs: 900_000, nullCursor: 'fail', additionalWhere: null, cursorTimeZone: 'UTC',
} as const;
