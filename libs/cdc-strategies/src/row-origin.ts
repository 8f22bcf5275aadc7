import type { SourceTable } from '@tidemark/domain';
import { quoteName } from './cursor-cell.ts';
import { checkPredicate } from './predicate.ts';
import type { RangeEnds } from './range-query.ts';

/** Where the rows of a reading come from: a table, or a query that stands in its place. */
export interface RowOrigin {
  /** `schema.table`, for messages. */
  readonly name: string;
  /** The name by which its columns are qualified. */
  readonly alias: string;
  /** A checked SQL condition of the configuration. */
  readonly condition: string | null;
  /** The item of the FROM clause, without its alias. A query may use the ends of the range to read less; the range holds without that. */
  from(ends: RangeEnds): string;
}

/**
 * A table as the origin of rows.
 * @throws CdcError `CDC_PREDICATE` for a condition that is not closed
 */
export function tableOrigin({ schema, table }: SourceTable, condition: string | null): RowOrigin {
  const name = `${schema}.${table}`;
  if (condition !== null) checkPredicate(condition, name);
  return { name, alias: table, condition, from: () => `${quoteName(schema)}.${quoteName(table)}` };
}
