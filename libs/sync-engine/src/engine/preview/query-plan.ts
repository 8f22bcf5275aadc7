import { isTidemarkError } from '@tidemark/domain';
import type { SourcePort } from '../ports.ts';

/** A query, and how the server will answer it. */
export interface QueryPlan {
  readonly sql: string;
  /** The index that the server uses, several in its order; null without one. */
  readonly index: string | null;
  /** How it finds rows: EXPLAIN's `type`, `ALL` for a scan of the table. Null when it says nothing. */
  readonly access: string | null;
  /** The rows of EXPLAIN. */
  readonly explain: readonly Readonly<Record<string, string | null>>[];
  /** Why the server does not explain the query; null when it does. */
  readonly refusal: string | null;
}

/** Asks the server how it will answer a query. A server that refuses to tell does not stop a plan. */
export async function planQuery(source: Pick<SourcePort, 'explain'>, sql: string): Promise<QueryPlan> {
  try {
    const explain = await source.explain(sql);
    const told = (name: string): string | null => [...new Set(explain.flatMap((row) => row[name] ?? []))].join(', ') || null;
    return { sql, index: told('key'), access: told('type'), explain, refusal: null };
  } catch (error) {
    if (!isTidemarkError(error) || error.kind === 'cancelled') throw error;
    return { sql, index: null, access: null, explain: [], refusal: error.message };
  }
}
