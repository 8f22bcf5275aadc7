import { textTable } from '@tidemark/cli-kit';
import type { StrategyView } from '@tidemark/sync-engine/engine';

/** The strategies for a person: each with what it reads, then its load modes. */
export function strategiesText(strategies: readonly StrategyView[]): string {
  return strategies.map(({ strategy, reads, needs, modes }) => {
    const rows = modes.map(({ mode, promise, limit }) => [mode, promise, limit] as const);
    return [strategy, `  reads  ${reads}`, `  needs  ${needs}`, ...textTable(['mode', 'the target has', 'limits'], rows).split('\n').map((line) => `  ${line}`.trimEnd())].join('\n');
  }).join('\n\n');
}
