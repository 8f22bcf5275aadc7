import type { RedshiftType, StagedColumn } from '@tidemark/domain';

/** A type as it stands in DDL, every length spelled out: `DECIMAL(12,2)`, `VARCHAR(1020)`. */
export function redshiftTypeSql(type: RedshiftType): string {
  switch (type.name) {
    case 'DECIMAL': return `DECIMAL(${type.precision},${type.scale})`;
    case 'VARCHAR': return `VARCHAR(${type.bytes})`;
    case 'VARBYTE': return `VARBYTE(${type.bytes})`;
    default: return type.name;
  }
}

/** The type of the target's column; the staging table's is `column.redshift`. */
export function targetType(column: StagedColumn): RedshiftType {
  return column.target?.redshift ?? column.redshift;
}
