import type { RedshiftType, StagedColumn } from '@tidemark/domain';
import { targetType } from '../sql/redshift-type-sql.ts';
import { foldName } from '../target-name.ts';

/** Types that a distribution or sort key may have. https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html */
const KEY_TYPES: ReadonlySet<RedshiftType['name']> = new Set(['BOOLEAN', 'REAL', 'DOUBLE PRECISION', 'SMALLINT', 'INTEGER', 'BIGINT', 'DECIMAL', 'DATE', 'TIMESTAMP', 'VARCHAR']);

export const MAX_COMPOUND_COLUMNS = 400;
export const MAX_INTERLEAVED_COLUMNS = 8;

export function mayBeKey(column: StagedColumn): boolean {
  return KEY_TYPES.has(targetType(column).name);
}

/** The column that a name means: the source's name, else the one in Redshift. */
export function namedColumn(columns: readonly StagedColumn[], name: string): StagedColumn | undefined {
  return (
    columns.find(({ source }) => source === name) ??
    columns.find((column) => column.name === foldName(name)) ??
    columns.find(({ source }) => source.toLowerCase() === name.toLowerCase())
  );
}
