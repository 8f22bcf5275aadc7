/** Largest precision of DECIMAL in Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html */
export const MAX_DECIMAL_PRECISION = 38;

/**
 * Bytes of the smallest two's complement number that holds every value of `precision` digits.
 *
 * Readers in the line of Impala, Redshift among them, refuse any other length for a FIXED_LEN_BYTE_ARRAY decimal.
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#decimal
 *
 * @param precision 1 to 38
 * @throws RangeError for another precision
 */
export function minimalDecimalLength(precision: number): number {
  if (!Number.isInteger(precision) || precision < 1 || precision > MAX_DECIMAL_PRECISION) {
    throw new RangeError(`A decimal has 1 to ${MAX_DECIMAL_PRECISION} digits, not ${precision}.`);
  }
  const largest = 10n ** BigInt(precision) - 1n;
  let length = 1;
  while (largest >= 1n << BigInt(8 * length - 1)) length += 1;
  return length;
}
