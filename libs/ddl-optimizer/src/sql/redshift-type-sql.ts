import type { RedshiftType } from '@tidemark/domain';

/** A type as it stands in DDL, every length spelled out: `DECIMAL(12,2)`, `VARCHAR(1020)`. */
export function redshiftTypeSql(type: RedshiftType): string {
  switch (type.name) {
    case 'DECIMAL': return `DECIMAL(${type.precision},${type.scale})`;
    case 'VARCHAR': return `VARCHAR(${type.bytes})`;
    case 'VARBYTE': return `VARBYTE(${type.bytes})`;
    default: return type.name;
  }
}
