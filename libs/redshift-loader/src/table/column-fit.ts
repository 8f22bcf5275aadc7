import { holdsType } from '@tidemark/ddl-optimizer';
import type { RedshiftType } from '@tidemark/domain';
import type { ExistingColumn } from './existing-column.ts';

/** Catalogue names of the types that have no length. */
const PLAIN: Readonly<Record<string, Exclude<RedshiftType['name'], 'DECIMAL' | 'VARCHAR' | 'VARBYTE'>>> = {
  smallint: 'SMALLINT', integer: 'INTEGER', bigint: 'BIGINT', real: 'REAL', 'double precision': 'DOUBLE PRECISION', boolean: 'BOOLEAN', date: 'DATE', 'timestamp without time zone': 'TIMESTAMP', super: 'SUPER',
};

/** The type of an existing column; null for one that Tidemark never writes. */
export function redshiftTypeOf({ dataType, maxBytes, precision, scale }: ExistingColumn): RedshiftType | null {
  const plain = PLAIN[dataType];
  if (plain !== undefined) return { name: plain };
  if (dataType === 'numeric' && precision !== null && scale !== null) return { name: 'DECIMAL', precision, scale };
  if (dataType === 'character varying' && maxBytes !== null) return { name: 'VARCHAR', bytes: maxBytes };
  return dataType === 'binary varying' && maxBytes !== null ? { name: 'VARBYTE', bytes: maxBytes } : null;
}

/** True when the existing column holds every value of the staged type, unchanged. */
export function canHold(existing: ExistingColumn, staged: RedshiftType): boolean {
  const type = redshiftTypeOf(existing);
  return type !== null && holdsType(type, staged);
}

/** True when an INSERT turns the staged type into the existing one by itself; else it needs a CAST. */
export function convertsByItself(existing: RedshiftType, staged: RedshiftType): boolean {
  return (existing.name === 'VARCHAR') === (staged.name === 'VARCHAR');
}

/** The narrowest type that holds every value of both, the existing one itself where it does; null where there is none. */
export function commonType(existing: RedshiftType, staged: RedshiftType): RedshiftType | null {
  if (holdsType(existing, staged)) return existing;
  if (holdsType(staged, existing)) return staged;
  if (existing.name !== 'DECIMAL' || staged.name !== 'DECIMAL') return null;
  const scale = Math.max(existing.scale, staged.scale);
  const digits = Math.max(existing.precision - existing.scale, staged.precision - staged.scale) + scale;
  const precision = digits === 19 ? 20 : digits;
  return precision <= 38 ? { name: 'DECIMAL', precision, scale } : null;
}
