/**
 * A string literal. Redshift has no `standard_conforming_strings`: a backslash escapes in an ordinary literal, so it is doubled too.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
 */
export function quoteLiteral(value: string): string {
  if (value.includes('\0')) throw new RangeError('a literal cannot hold a NUL character');
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
