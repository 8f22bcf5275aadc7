import { quoteIdentifier } from '@tidemark/ddl-optimizer';
import type { StagedColumn } from '@tidemark/domain';

/**
 * Redshift ignores trailing blanks when it compares VARCHAR, MySQL's NO PAD collations do not: 'a' and 'a ' may be two keys.
 * Value and byte length together tell them apart.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
 */
export function isText(column: StagedColumn): boolean {
  return column.redshift.name === 'VARCHAR';
}

/** `left` and `right` are quoted relations. */
export function keysMatchSql(left: string, right: string, keys: readonly StagedColumn[]): string {
  return keys.flatMap((key) => {
    const [l, r] = [`${left}.${quoteIdentifier(key.name)}`, `${right}.${quoteIdentifier(key.name)}`];
    return isText(key) ? [`${l} = ${r}`, `OCTET_LENGTH(${l}) = OCTET_LENGTH(${r})`] : [`${l} = ${r}`];
  }).join(' AND ');
}

/** What rows of one key agree in. */
export function keyExpressions(keys: readonly StagedColumn[]): string {
  return keys.flatMap((key) => {
    const name = quoteIdentifier(key.name);
    return isText(key) ? [name, `OCTET_LENGTH(${name})`] : [name];
  }).join(', ');
}

/** Lengths of the text columns: with the values they tell rows apart that differ in trailing blanks only. */
export function textLengths(columns: readonly StagedColumn[]): readonly string[] {
  return columns.filter(isText).map((column) => `OCTET_LENGTH(${quoteIdentifier(column.name)})`);
}

/** One condition per column: both values are the same, or both are missing. Never unknown. */
export function sameValuesSql(left: string, right: string, columns: readonly StagedColumn[]): readonly string[] {
  return columns.map((column) => {
    const [l, r] = [`${left}.${quoteIdentifier(column.name)}`, `${right}.${quoteIdentifier(column.name)}`];
    const equal = isText(column) ? `${l} = ${r} AND OCTET_LENGTH(${l}) = OCTET_LENGTH(${r})` : `${l} = ${r}`;
    return `((${l} IS NULL AND ${r} IS NULL) OR (${l} IS NOT NULL AND ${r} IS NOT NULL AND ${equal}))`;
  });
}
