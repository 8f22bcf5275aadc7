import type { ResolvedTable } from '@tidemark/config';

/** The least that the configuration takes; it stands for a pipeline of which no table is read. */
const LEAST_MS = 100;

/** The longest silence that any of the tables allows, in milliseconds: they share one reader. */
export function queryTimeoutOf(tables: readonly Pick<ResolvedTable, 'processing'>[]): number {
  return Math.max(LEAST_MS, ...tables.map((table) => table.processing.queryTimeoutMs));
}
