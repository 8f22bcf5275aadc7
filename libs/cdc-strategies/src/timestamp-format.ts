import type { ExtractionQuery, SourceTable } from '@tidemark/domain';
import { timestampColumn } from './cursor-columns.ts';
import { INTEGER_TYPES } from './cursor-type.ts';
import { compileNewest } from './newest-query.ts';
import { tableOrigin } from './row-origin.ts';
import type { TimestampFormat } from './ticks.ts';

/** Seconds since 1970 reach this number in the year 5138, milliseconds passed it in March 1973. */
const LEAST_MILLISECONDS = 100_000_000_000n;

/**
 * A query for the newest value of an integer timestamp column, which tells how it counts time; null when the column is a date and time.
 * @throws CdcError when the table has no such column
 */
export function timestampFormatProbe(table: SourceTable, configured: string | null): ExtractionQuery | null {
  const named = table.columns.find((column) => column.name.toLowerCase() === configured?.toLowerCase());
  const isInteger = named === undefined ? configured === null && !table.columns.some((column) => column.dataType === 'datetime' || column.dataType === 'timestamp') : INTEGER_TYPES.includes(named.dataType);
  if (!isInteger) return null;
  return compileNewest(tableOrigin(table, null), timestampColumn(table, { timestampColumn: configured, timestampFormat: 'unix' }), null);
}

/** What the newest value of an integer column says. Of none nothing is known; counting seconds then passes no row, since milliseconds are greater numbers. */
export function timestampFormatOf(newest: string | null): TimestampFormat {
  return newest !== null && BigInt(newest) >= LEAST_MILLISECONDS ? 'unix_ms' : 'unix';
}
