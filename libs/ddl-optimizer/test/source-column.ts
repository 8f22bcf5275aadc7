import type { SourceColumn, SourceTable } from '@tidemark/domain';

/** A column as information_schema would give it, for tests. */
export function sourceColumn(columnType: string, fields: Partial<SourceColumn> = {}): SourceColumn {
  const dataType = /^[a-z0-9]+/.exec(columnType)?.[0] ?? columnType;
  const length = Number(/\((\d+)/.exec(columnType)?.[1] ?? Number.NaN);
  const scale = Number(/,(\d+)\)/.exec(columnType)?.[1] ?? 0);
  const isText = /char|text|enum|set/.test(dataType);
  const isDecimal = dataType === 'decimal';
  return {
    name: 'c',
    ordinal: 1,
    dataType,
    columnType,
    isNullable: true,
    isUnsigned: columnType.includes('unsigned'),
    maxCharacters: /char|binary/.test(dataType) && !Number.isNaN(length) ? length : null,
    numericPrecision: isDecimal ? length : null,
    numericScale: isDecimal ? scale : null,
    datetimePrecision: null,
    characterSet: isText ? 'utf8mb4' : null,
    collation: isText ? 'utf8mb4_bin' : null,
    defaultExpression: null,
    extra: '',
    ...fields,
  };
}

/** `sales.orders` with the columns, numbered in order. */
export function sourceTable(columns: readonly SourceColumn[], fields: Partial<SourceTable> = {}): SourceTable {
  return {
    schema: 'sales',
    table: 'orders',
    columns: columns.map((column, index) => ({ ...column, ordinal: index + 1 })),
    primaryKey: [],
    indexes: [],
    estimatedRows: 0,
    serverId: 'server',
    serverVersion: '10.11',
    ...fields,
  };
}
