import { createHash } from 'node:crypto';
import { quoteIdentifier } from '@tidemark/ddl-optimizer';
import type { StagedColumn } from '@tidemark/domain';

/** Stands before every hash, so that hashes of another making are never taken for equal or changed by chance. */
export const ROW_HASH_VERSION = 'v1';

/** The type of a hash: version, colon, 64 hex digits, and room for a longer version. */
export const ROW_HASH_TYPE = { name: 'VARCHAR', bytes: 80 } as const;

/** Types whose values cannot be hashed: SHA2 takes text only. */
export function isHashable({ redshift }: StagedColumn): boolean {
  return redshift.name !== 'VARBYTE' && redshift.name !== 'SUPER';
}

/**
 * A text that is the same for two values exactly when the values are the same. Text is hashed as its bytes, trailing blanks included;
 * floating point as its bits, since its text has fewer digits; nothing depends on a session's settings.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_FNV_HASH.html
 */
function valueSql({ name, redshift }: StagedColumn): string {
  const value = quoteIdentifier(name);
  switch (redshift.name) {
    case 'VARCHAR': case 'VARBYTE': case 'SUPER': return `SHA2(${value}, 256)`;
    case 'BOOLEAN': return `CASE WHEN ${value} THEN '1' ELSE '0' END`;
    case 'DATE': return `TO_CHAR(${value}, 'YYYY-MM-DD')`;
    case 'TIMESTAMP': return `TO_CHAR(${value}, 'YYYY-MM-DD HH24:MI:SS.US')`;
    case 'REAL': case 'DOUBLE PRECISION': return `CAST(FNV_HASH(CAST(${value} AS DOUBLE PRECISION)) AS VARCHAR(40))`;
    case 'SMALLINT': case 'INTEGER': case 'BIGINT': case 'DECIMAL': return `CAST(${value} AS VARCHAR(40))`;
  }
}

/**
 * The hash of a row over (name, value) pairs, in the order of the names. A missing value adds nothing: a column that is added and
 * empty, or dropped and empty, changes no hash.
 * https://docs.aws.amazon.com/redshift/latest/dg/SHA2.html
 */
export function rowHashSql(columns: readonly StagedColumn[]): string {
  const ordered = columns.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const pairs = ordered.map((column) => {
    const name = createHash('sha256').update(column.name).digest('hex').slice(0, 16);
    return `CASE WHEN ${quoteIdentifier(column.name)} IS NULL THEN '' ELSE '${name}=' || ${valueSql(column)} || ';' END`;
  });
  return `'${ROW_HASH_VERSION}:' || SHA2(${pairs.length === 0 ? "''" : pairs.join(' || ')}, 256)`;
}
