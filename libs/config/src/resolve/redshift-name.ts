/**
 * A schema or table name as Redshift stores it: lower case, quoted names included
 * (unless enable_case_sensitive_identifier is set, https://docs.aws.amazon.com/redshift/latest/dg/r_names.html).
 */
export function redshiftName(name: string): string {
  return name.toLowerCase();
}
