import type { TableKeys } from '@tidemark/domain';
import { quoteIdentifier } from './quote-identifier.ts';

/**
 * What follows the columns of CREATE TABLE; nothing where Redshift chooses.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
 */
export function tableKeysSql({ dist, sort }: TableKeys): string {
  const clauses: string[] = [];
  if (dist.style === 'KEY') clauses.push(`DISTSTYLE KEY DISTKEY (${quoteIdentifier(dist.column)})`);
  else if (dist.style !== 'AUTO') clauses.push(`DISTSTYLE ${dist.style}`);
  if (sort.type !== 'auto') clauses.push(`${sort.type.toUpperCase()} SORTKEY (${sort.columns.map((column) => quoteIdentifier(column)).join(', ')})`);
  return clauses.map((clause) => `\n${clause}`).join('');
}

/** ` ENCODE zstd` of a column; empty where Redshift chooses. */
export function encodeSql({ encodings }: TableKeys, column: string): string {
  const encoding = encodings[column];
  if (encoding === undefined) return '';
  if (!/^[a-z0-9]+$/.test(encoding)) throw new RangeError(`${encoding} is no encoding`);
  return ` ENCODE ${encoding}`;
}
