import type { QueryPlan } from '@tidemark/sync-engine/engine';

/** How the server will answer a query. */
export function indexText({ index, access, refusal }: QueryPlan): string {
  if (refusal !== null) return `not explained: ${refusal}`;
  return index === null ? `by no index (${access ?? 'nothing to look at'})` : `by index ${index} (${access ?? 'nothing to look at'})`;
}
