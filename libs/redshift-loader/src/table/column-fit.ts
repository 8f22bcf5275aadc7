import type { RedshiftType } from '@tidemark/domain';
import type { ExistingColumn } from './existing-column.ts';

/** Whole decimal digits that an integer type needs to hold every value. */
const INTEGER_DIGITS = { SMALLINT: 5, INTEGER: 10, BIGINT: 19 } as const;

/** Existing types, by their catalogue names, that hold every value of a fixed staged type exactly and are cast to on INSERT. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  SMALLINT: ['smallint', 'integer', 'bigint'],
  INTEGER: ['integer', 'bigint'],
  BIGINT: ['bigint'],
  REAL: ['real', 'double precision'],
  'DOUBLE PRECISION': ['double precision'],
  BOOLEAN: ['boolean'],
  DATE: ['date', 'timestamp without time zone'],
  TIMESTAMP: ['timestamp without time zone'],
  SUPER: ['super'],
};

function decimalHolds(existing: ExistingColumn, whole: number, scale: number): boolean {
  if (existing.dataType !== 'numeric' || existing.precision === null || existing.scale === null) return false;
  // 19 digits are kept in 64 bits: the upper values do not fit.
  // https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html
  const digits = existing.precision === 19 ? 18 : existing.precision;
  return existing.scale >= scale && digits - existing.scale >= whole;
}

/** True when the existing column holds every value of the staged type, unchanged. */
export function canHold(existing: ExistingColumn, staged: RedshiftType): boolean {
  switch (staged.name) {
    case 'VARCHAR':
      return existing.dataType === 'character varying' && existing.maxBytes !== null && existing.maxBytes >= staged.bytes;
    case 'VARBYTE':
      return existing.dataType === 'binary varying' && existing.maxBytes !== null && existing.maxBytes >= staged.bytes;
    case 'DECIMAL':
      return decimalHolds(existing, staged.precision - staged.scale, staged.scale);
    case 'SMALLINT': case 'INTEGER': case 'BIGINT':
      return HOLDERS[staged.name]!.includes(existing.dataType) || decimalHolds(existing, INTEGER_DIGITS[staged.name], 0);
    default:
      return HOLDERS[staged.name]!.includes(existing.dataType);
  }
}
