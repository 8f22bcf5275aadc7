import type { SourceTable } from '@tidemark/domain';
import { customSqlStrategy, type CustomSqlSettings } from './custom-sql-strategy.ts';
import { FullSyncStrategy, type FullSyncSettings } from './full-sync-strategy.ts';
import { HybridStrategy, type HybridSettings, type TimeSettings } from './hybrid-strategy.ts';
import { IdOnlyStrategy, type IdOnlySettings } from './id-only-strategy.ts';
import type { Strategy } from './strategy.ts';
import { TimestampOnlyStrategy } from './timestamp-only-strategy.ts';

/** What a strategy has to be told, by its name. */
export type StrategySettings =
  | ({ readonly strategy: 'hybrid' } & HybridSettings)
  | ({ readonly strategy: 'timestamp_only' } & TimeSettings)
  | ({ readonly strategy: 'id_only' } & IdOnlySettings)
  | ({ readonly strategy: 'full_sync' } & FullSyncSettings)
  | ({ readonly strategy: 'custom_sql' } & CustomSqlSettings);

/**
 * The strategy of a table, or of the result of a query for `custom_sql`.
 * @throws CdcError when the table does not have what the strategy needs
 */
export function createStrategy(table: SourceTable, settings: StrategySettings): Strategy {
  switch (settings.strategy) {
    case 'hybrid': return new HybridStrategy(table, settings);
    case 'timestamp_only': return new TimestampOnlyStrategy(table, settings);
    case 'id_only': return new IdOnlyStrategy(table, settings);
    case 'custom_sql': return customSqlStrategy(table, settings);
    case 'full_sync': return new FullSyncStrategy(table, settings);
  }
}
