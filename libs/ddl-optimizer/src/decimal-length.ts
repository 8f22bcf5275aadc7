/**
 * Fewest bytes of two's complement that hold every value of a decimal precision. Redshift's Parquet reader accepts no other
 * length for a column of that precision.
 * https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
 */
export function decimalBytes(precision: number): number {
  if (!Number.isInteger(precision) || precision < 1 || precision > 38) throw new RangeError(`a decimal has 1 to 38 digits, not ${precision}`);
  let bytes = 1;
  while (2n ** BigInt(8 * bytes - 1) < 10n ** BigInt(precision)) bytes += 1;
  return bytes;
}
