import type { StrategyName } from '@tidemark/cdc-strategies';
import { PROMISES, type CellPromise } from './promises.ts';

/** A strategy, and what stands in the target after a run that ended well. */
export interface StrategyView {
  readonly strategy: StrategyName;
  readonly reads: string;
  readonly needs: string;
  readonly modes: readonly { readonly mode: string; readonly promise: CellPromise; readonly limit: string }[];
}

const READS: Readonly<Record<StrategyName, Pick<StrategyView, 'reads' | 'needs'>>> = {
  hybrid: { reads: 'rows that are new or changed, in the order of a timestamp and a key', needs: 'a timestamp that every change sets, and a primary key or an id' },
  timestamp_only: { reads: 'rows that are new or changed, in the order of a timestamp, whole ticks at a time', needs: 'a timestamp that every change sets' },
  id_only: { reads: 'rows that are new, in the order of a key', needs: 'a key that only grows' },
  full_sync: { reads: 'the whole table in every run', needs: 'nothing; a primary key for reading in pages' },
  custom_sql: { reads: 'the rows of one SELECT that are new, or all of them with replace', needs: 'custom_query, and a cursor among its columns' },
};

/** Every strategy with its promises. */
export function listStrategies(): readonly StrategyView[] {
  return Object.entries(READS).map(([strategy, what]) => ({
    strategy: strategy as StrategyName, ...what,
    modes: PROMISES.filter((cell) => cell.strategy === strategy).map(({ mode, promise, limit }) => ({ mode, promise, limit })),
  }));
}
