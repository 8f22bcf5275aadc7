import type { SourceTable } from '@tidemark/domain';
import { HybridStrategy, type HybridSettings } from './hybrid-strategy.ts';
import type { Strategy } from './strategy.ts';

/** What a strategy has to be told, by its name. */
export type StrategySettings = { readonly strategy: 'hybrid' } & HybridSettings;

/**
 * The strategy of a table.
 * @throws CdcError when the table does not have what the strategy needs
 */
export function createStrategy(table: SourceTable, settings: StrategySettings): Strategy {
  return new HybridStrategy(table, settings);
}
