import type { RedshiftType } from '@tidemark/domain';

/** Whole decimal digits that an integer type needs to hold every value. */
const INTEGER_DIGITS = { SMALLINT: 5, INTEGER: 10, BIGINT: 19 } as const;
const INTEGERS: readonly string[] = ['SMALLINT', 'INTEGER', 'BIGINT'];

function isInteger(type: RedshiftType): type is RedshiftType & { readonly name: 'SMALLINT' | 'INTEGER' | 'BIGINT' } {
  return INTEGERS.includes(type.name);
}

function decimalHolds(wide: { readonly precision: number; readonly scale: number }, whole: number, scale: number): boolean {
  // 19 digits are kept in 64 bits: the upper values do not fit.
  // https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html
  const digits = wide.precision === 19 ? 18 : wide.precision;
  return wide.scale >= scale && digits - wide.scale >= whole;
}

/** Longest text of a value of a type that has one exact text; null where there is none. */
function textBytes(type: RedshiftType): number | null {
  if (isInteger(type)) return INTEGER_DIGITS[type.name] + 1;
  if (type.name === 'DECIMAL') return type.precision + 3;
  return type.name === 'DATE' ? 10 : null;
}

/** True when every value of the narrow type is a value of the wide one, unchanged: a CAST between them loses nothing. */
export function holdsType(wide: RedshiftType, narrow: RedshiftType): boolean {
  switch (wide.name) {
    case 'VARCHAR': {
      if (narrow.name === 'VARCHAR') return wide.bytes >= narrow.bytes;
      const bytes = textBytes(narrow);
      return bytes !== null && wide.bytes >= bytes;
    }
    case 'VARBYTE':
      return narrow.name === 'VARBYTE' && wide.bytes >= narrow.bytes;
    case 'DECIMAL':
      if (narrow.name === 'DECIMAL') return (narrow.precision === wide.precision && narrow.scale === wide.scale) || decimalHolds(wide, narrow.precision - narrow.scale, narrow.scale);
      return isInteger(narrow) && decimalHolds(wide, INTEGER_DIGITS[narrow.name], 0);
    case 'SMALLINT': case 'INTEGER': case 'BIGINT':
      return isInteger(narrow) && INTEGERS.indexOf(wide.name) >= INTEGERS.indexOf(narrow.name);
    case 'DOUBLE PRECISION':
      return narrow.name === 'DOUBLE PRECISION' || narrow.name === 'REAL' || narrow.name === 'SMALLINT' || narrow.name === 'INTEGER';
    case 'TIMESTAMP':
      return narrow.name === 'TIMESTAMP' || narrow.name === 'DATE';
    default:
      return wide.name === narrow.name;
  }
}
