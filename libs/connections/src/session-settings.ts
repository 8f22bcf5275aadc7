/** Nothing that a load does takes this long: a statement that does is stuck, and what it holds is let go. */
const STATEMENT_TIMEOUT_MS = 6 * 3_600_000;

const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/**
 * What every session of a target is set to after its login, whatever the user, the database or the parameter group has: the meaning
 * of a statement may not depend on them. One statement each, since Redshift makes one transaction of several; none is sent as a
 * start-up parameter, of which Redshift refuses those that it does not know.
 * https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html
 */
export function sessionSettingsSql(queryGroup: string | null): readonly string[] {
  return [
    "SET timezone TO 'UTC'",
    "SET datestyle TO 'ISO, MDY'",
    "SET search_path TO '$user', public",
    `SET statement_timeout TO ${STATEMENT_TIMEOUT_MS}`,
    ...(queryGroup === null ? [] : [`SET query_group TO ${literal(queryGroup)}`]),
  ];
}
