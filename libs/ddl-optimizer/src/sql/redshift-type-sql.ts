import type { RedshiftType, StagedColumn } from '@tidemark/domain';

/** The width that VARBYTE has without a length. https://docs.aws.amazon.com/redshift/latest/dg/r_VARBYTE_type.html */
const PLAIN_VARBYTE_BYTES = 64_000;

/** A type as it stands in DDL, every length spelled out but the default one of VARBYTE: `DECIMAL(12,2)`, `VARCHAR(1020)`. */
export function redshiftTypeSql(type: RedshiftType): string {
  switch (type.name) {
    case 'DECIMAL': return `DECIMAL(${type.precision},${type.scale})`;
    case 'VARCHAR': return `VARCHAR(${type.bytes})`;
    case 'VARBYTE': return type.bytes === PLAIN_VARBYTE_BYTES ? 'VARBYTE' : `VARBYTE(${type.bytes})`;
    default: return type.name;
  }
}

/** The type of the target's column; the staging table's is `column.redshift`. */
export function targetType(column: StagedColumn): RedshiftType {
  return column.target?.redshift ?? column.redshift;
}
