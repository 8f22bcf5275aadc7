import { keyLookup, type KeyLookup, type StrategySettings } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import type { Finding, SourceTable, StagedColumn } from '@tidemark/domain';

/** How rows of a table are found again by their key; null when they cannot be. */
export function quarantineKey(source: SourceTable, settings: StrategySettings, columns: readonly StagedColumn[], keys: readonly string[]): KeyLookup | null {
  const names = keys.map((name) => columns.find((column) => column.name === name)!.source);
  return keyLookup(source, columns, names, { condition: settings.additionalWhere, query: settings.strategy === 'custom_sql' ? settings : null });
}

/** What there is to say about setting rows aside. */
export function quarantineFindings({ name: table, quarantineMaxRows }: ResolvedTable, columns: readonly StagedColumn[], lookup: KeyLookup | null): readonly Finding[] {
  const asked = columns.filter(({ policies }) => Object.values(policies).includes('quarantine')).map(({ source }) => source);
  if (quarantineMaxRows === 0) {
    if (asked.length === 0) return [];
    return [{
      code: 'QUARANTINE_OFF', severity: 'warning', table,
      message: `${asked.join(', ')} of ${table} would be set aside by quarantine, and quarantine.max_rows is 0: such a row fails.`,
      remedy: ['Set quarantine.max_rows above 0.'],
    }];
  }
  if (lookup === null) {
    return [{ code: 'QUARANTINE_NO_KEY', severity: 'warning', table, message: `No row of ${table} can be set aside: it has no key by which a row could be read again. A value that cannot be represented fails.`, remedy: ['Name a key in merge_keys, of whole numbers, texts, times or bytes.'] }];
  }
  return [{ code: 'QUARANTINE_ON', severity: 'info', table, message: `Up to ${quarantineMaxRows} rows of ${table} that cannot be represented are set aside in each run, by (${lookup.columns.join(', ')}); the run then ends with 20.`, remedy: ['Read them again with --requeue once they are mended, or a policy is chosen.'] }];
}
