import type { SourceColumn, SourceTable } from '@tidemark/domain';
import { bindQuery, checkCustomQuery, type CustomQuery, type QueryValues } from './custom-query.ts';
import { cursorTypeOf } from './cursor-type.ts';
import { CdcError } from './errors.ts';
import { FullSyncStrategy } from './full-sync-strategy.ts';
import { HybridStrategy, type HybridSettings } from './hybrid-strategy.ts';
import { IdOnlyStrategy } from './id-only-strategy.ts';
import { checkPredicate } from './predicate.ts';
import type { RangeEnds } from './range-query.ts';
import type { RowOrigin } from './row-origin.ts';
import { SqlLiteral } from './sql-literal.ts';
import type { Strategy } from './strategy.ts';
import { ticksOf, type Ticks, type TimestampFormat } from './ticks.ts';
import { TimestampOnlyStrategy } from './timestamp-only-strategy.ts';

export interface CustomSqlSettings extends HybridSettings {
  /** Null when the configuration has none. */
  readonly query: string | null;
  readonly idLookback: number;
  /** True when every run reads the query whole, for `replace`. */
  readonly isWhole: boolean;
}

const LEAST_INTEGER = '-9223372036854775808';
/** Also the greatest LIMIT. */
const GREATEST_INTEGER = '18446744073709551615';
const DATETIMES = { least: '1000-01-01 00:00:00', greatest: '9999-12-31 23:59:59.999999' } as const;
/** Times since 1970. */
const NUMBERS = { least: '-1', greatest: '9223372036854775807' } as const;

/**
 * Reads the rows of a query by the cursor columns that it gives: by a timestamp and an id, by one of them, or whole.
 *
 * Range, order and limit stand around the query, so they hold whatever it does with its parameters. Its parameters are as wide as the range at
 * least, so that `>` and `>=`, with or without the id, give every row of it; `:limit` is the greatest number, since a limit inside would cut rows
 * of the range away.
 *
 * @param result the columns of the query, as its result describes them
 * @throws CdcError `CDC_QUERY`, and as the strategy by these columns does
 */
export function customSqlStrategy(result: SourceTable, settings: CustomSqlSettings): Strategy {
  const place = `${result.schema}.${result.table}`;
  const query = requireQuery(settings, place);
  if (settings.additionalWhere !== null) checkPredicate(settings.additionalWhere, place);
  const [timestamp, id] = [cursorColumn(result, settings.timestampColumn, 'cdc_timestamp_column'), cursorColumn(result, settings.idColumn, 'cdc_id_column')];
  const ends = queryEnds(timestamp, id, settings);
  refuseUnboundParameters(query, timestamp, id, place);
  const origin: RowOrigin = { name: place, alias: result.table, condition: settings.additionalWhere, from: (range) => `(${bindQuery(query, ends(range))})` };
  // An id that is there tells rows apart; a second row with the same one stops the reading.
  const table: SourceTable = { ...result, columns: result.columns.map((column) => (column.name === id?.name ? { ...column, isNullable: false } : column)), primaryKey: id === null ? [] : [id.name] };
  if (settings.isWhole) return new FullSyncStrategy(table, { ...settings, resumable: false }, origin);
  if (timestamp !== null && id !== null) return new HybridStrategy(table, settings, origin);
  if (timestamp !== null) return new TimestampOnlyStrategy(table, settings, origin);
  if (id !== null) return new IdOnlyStrategy(table, settings, origin);
  throw new CdcError('CDC_NO_CURSOR', {
    message: `${place}: a query has no definition that its cursor could be found from.`,
    remedy: ['Name the columns of the result with cdc_timestamp_column, cdc_id_column or both.', 'Or read it whole with load_mode: replace.'],
    details: { columns: result.columns.map((column) => column.name) },
  });
}

/** What has to be known of a query to send it. */
export type QuerySettings = Pick<CustomSqlSettings, 'query' | 'isWhole' | 'timestampFormat'>;

/**
 * The query with parameters that admit every row.
 * @throws CdcError `CDC_QUERY`
 */
export function describableQuery(settings: QuerySettings, place: string): string {
  return bindQuery(requireQuery(settings, place), widestValues(settings.timestampFormat));
}

/**
 * All rows of a query, for those that are found by something else than a range.
 * @param condition the condition that every row read must meet; null without one
 * @throws CdcError `CDC_QUERY`, `CDC_PREDICATE`
 */
export function wholeQueryOrigin({ schema, table }: SourceTable, settings: QuerySettings, condition: string | null): RowOrigin {
  const name = `${schema}.${table}`;
  if (condition !== null) checkPredicate(condition, name);
  const text = describableQuery(settings, name);
  return { name, alias: table, condition, from: () => `(${text})` };
}

function requireQuery({ query, isWhole }: Pick<CustomSqlSettings, 'query' | 'isWhole'>, place: string): CustomQuery {
  if (query === null) throw new CdcError('CDC_QUERY', { message: `${place}: cdc_strategy is custom_sql, and custom_query is missing.`, details: { place } });
  return checkCustomQuery(query, place, !isWhole);
}

function cursorColumn(result: SourceTable, name: string | null, key: string): SourceColumn | null {
  if (name === null) return null;
  const column = result.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (column !== undefined) return column;
  const columns = result.columns.map((candidate) => candidate.name);
  throw new CdcError('CDC_CURSOR_MISSING', { message: `${key} of ${result.schema}.${result.table} is ${name}, which custom_query does not give. It gives: ${columns.join(', ')}.`, details: { key, found: name, columns } });
}

/** An id that is no number has no least and no greatest value that a query could be given. */
function refuseUnboundParameters({ parameters }: CustomQuery, timestamp: SourceColumn | null, id: SourceColumn | null, place: string): void {
  const isNumber = id !== null && ['integer', 'decimal'].includes(cursorTypeOf(id)?.literal ?? '');
  const wrong = [...parameters].find((name) => (name.endsWith('_id') && !isNumber) || (name.endsWith('_timestamp') && timestamp === null));
  if (wrong === undefined) return;
  const needed = wrong.endsWith('_id') ? 'cdc_id_column names a number of the result' : 'cdc_timestamp_column is given';
  throw new CdcError('CDC_QUERY', { message: `${place}: custom_query uses :${wrong}, which has a value only where ${needed}.`, details: { place, parameter: wrong } });
}

/** The parameters of a range: never narrower than it. */
function queryEnds(timestamp: SourceColumn | null, id: SourceColumn | null, settings: CustomSqlSettings): (ends: RangeEnds) => QueryValues {
  const time = (text: string): SqlLiteral => timeLiteral(text, settings.timestampFormat);
  const ticks = timestamp === null ? null : ticksOf(timestamp, settings.timestampFormat, settings.cursorTimeZone);
  return (ends) => {
    const [lower, upper] = timestamp === null || ticks === null ? [null, null] : timeEnds(ends, timestamp, ticks);
    const [first, last] = id === null || timestamp !== null ? [null, null] : idEnds(ends, id);
    const widest = widestValues(settings.timestampFormat);
    return {
      last_timestamp: lower === null ? widest.last_timestamp : time(lower),
      until_timestamp: upper === null ? widest.until_timestamp : time(upper),
      last_id: first === null ? widest.last_id : integer(first),
      until_id: last === null ? widest.until_id : integer(last),
      limit: widest.limit,
    };
  };
}

/** Parameters that admit every row. */
function widestValues(format: TimestampFormat): QueryValues {
  const times = format === 'datetime' ? DATETIMES : NUMBERS;
  return { last_timestamp: timeLiteral(times.least, format), until_timestamp: timeLiteral(times.greatest, format), last_id: integer(LEAST_INTEGER), until_id: integer(GREATEST_INTEGER), limit: integer(GREATEST_INTEGER) };
}

const integer = (text: string): SqlLiteral => SqlLiteral.encode('integer', text);
const timeLiteral = (text: string, format: TimestampFormat): SqlLiteral => SqlLiteral.encode(format === 'datetime' ? 'datetime' : 'integer', text);

function timeEnds({ order, from, after, below, through, upTo }: RangeEnds, timestamp: SourceColumn, ticks: Ticks): readonly [string | null, string | null] {
  const isFirst = order[0]?.name === timestamp.name;
  const lowest = from?.column.name === timestamp.name ? from.value : isFirst ? (after?.[0] ?? null) : null;
  const exclusive = below?.column.name === timestamp.name ? below.value : null;
  const inclusive = upTo?.column.name === timestamp.name ? upTo.value : isFirst ? (through?.[0] ?? null) : null;
  return [lowest === null ? null : ticks.before(lowest, 1), exclusive ?? (inclusive === null ? null : ticks.after(inclusive))];
}

function idEnds({ from, after, through, upTo }: RangeEnds, id: SourceColumn): readonly [string | null, string | null] {
  const lowest = from?.column.name === id.name ? from.value : (after?.[0] ?? null);
  const highest = upTo?.column.name === id.name ? upTo.value : (through?.[0] ?? null);
  const whole = (text: string): bigint => BigInt(text.split('.')[0]!);
  return [lowest === null ? null : (whole(lowest) - 1n).toString(), highest === null ? null : bounded(whole(highest) + 1n)];
}

/** Beyond the greatest integer nothing can be asked for, and nothing is there. */
function bounded(value: bigint): string {
  return value > BigInt(GREATEST_INTEGER) ? GREATEST_INTEGER : value.toString();
}
