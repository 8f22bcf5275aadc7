import { describableQuery, timestampFormatOf, timestampFormatProbe, type StrategySettings, type TimestampFormat } from '@tidemark/cdc-strategies';
import type { ResolvedReading, ResolvedTable } from '@tidemark/config';
import type { LoadMode, SourceTable } from '@tidemark/domain';
import { readText } from './fix-bound.ts';
import type { SourcePort } from './ports.ts';

/** What is read again where loading a row twice changes nothing. */
const DEFAULT_LOOKBACK_MS = 15 * 60_000;
const DEFAULT_ID_LOOKBACK = 10_000;

/** What the strategy of a table has to be told, defaults of its load mode filled in. A format of `auto` that was not settled counts as a date and time. */
export function strategySettings(reading: ResolvedReading, mode: LoadMode, cursorTimeZone: string): StrategySettings {
  switch (reading.strategy) {
    case 'full_sync': return reading;
    case 'id_only': return { ...reading, idLookback: idLookbackOf(reading, mode) };
    default: {
      const lookbackMs = reading.lateCommits === 'lookback' ? (reading.lookbackMs ?? (mode === 'append' ? 0 : DEFAULT_LOOKBACK_MS)) : 0;
      const timestampFormat: TimestampFormat = reading.timestampFormat === 'auto' ? 'datetime' : reading.timestampFormat;
      const time = { timestampFormat, lookbackMs, cursorTimeZone };
      if (reading.strategy !== 'custom_sql') return { ...reading, ...time };
      return { ...reading, ...time, idLookback: idLookbackOf(reading, mode), isWhole: mode === 'replace' };
    }
  }
}

function idLookbackOf({ lateCommits, idLookback }: { readonly lateCommits: string; readonly idLookback: number | null }, mode: LoadMode): number {
  if (lateCommits !== 'lookback') return 0;
  return idLookback ?? (mode === 'append' ? 0 : DEFAULT_ID_LOOKBACK);
}

/** The definition of a table, or of the result of its query. */
export function describeRows(source: SourcePort, { name, reading, loadMode }: ResolvedTable): Promise<SourceTable> {
  const dot = name.indexOf('.');
  const [schema, table] = [name.slice(0, dot), name.slice(dot + 1)];
  if (reading.strategy !== 'custom_sql') return source.describe(schema, table);
  const timestampFormat = reading.timestampFormat === 'auto' ? 'datetime' : reading.timestampFormat;
  return source.describeQuery(schema, table, describableQuery({ query: reading.query, timestampFormat, isWhole: loadMode === 'replace' }, name));
}

/** The table's settings with `timestamp_format: auto` settled by the newest value of the column. */
export async function settleTimestampFormat(source: SourcePort, definition: SourceTable, table: ResolvedTable, signal: AbortSignal): Promise<ResolvedTable> {
  const { reading } = table;
  if (!('timestampFormat' in reading) || reading.timestampFormat !== 'auto') return table;
  // The newest row of a query is not asked for: its parameters depend on the answer. An integer is then refused with the formats that may be named.
  const probe = reading.strategy === 'custom_sql' ? null : timestampFormatProbe(definition, reading.timestampColumn);
  const timestampFormat = probe === null ? 'datetime' : timestampFormatOf(await readText(source, probe, signal));
  return { ...table, reading: { ...reading, timestampFormat } };
}
