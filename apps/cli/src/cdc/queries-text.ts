import { positionText, printable, textTable } from '@tidemark/cli-kit';
import type { QueryPlan, TablePreview } from '@tidemark/sync-engine/engine';
import { findingLines } from './finding-lines.ts';
import { indexText } from './index-text.ts';

/** The parts of EXPLAIN that every server has. */
const EXPLAINED = ['table', 'type', 'possible_keys', 'key', 'key_len', 'rows', 'Extra'];

/** The queries of tables for a person. */
export function queriesText(previews: readonly TablePreview[]): string {
  return printable(previews.map(queriesOf).join('\n\n'));
}

function queriesOf({ table, strategy, mode, cursor, from, bound, firstLoad, increment, findings }: TablePreview): string {
  const next = strategy === 'full_sync' ? 'every run' : 'next increment';
  return [
    `${table}: ${strategy}, ${mode}${cursor.length === 0 ? '' : `, in the order of ${cursor.join(', ')}`}`,
    `  ${positionText(from)}, ${bound === null ? 'to its end' : `below ${bound}`}`,
    ...(firstLoad === null ? [] : queryLines('first load', firstLoad)),
    ...(increment === null ? ['  nothing to read'] : queryLines(next, increment)),
    ...findingLines(findings.filter(({ severity }) => severity !== 'info')),
  ].join('\n');
}

function queryLines(title: string, plan: QueryPlan): readonly string[] {
  const table = plan.explain.length === 0 ? [] : textTable(EXPLAINED, plan.explain.map((row) => EXPLAINED.map((name) => row[name] ?? ''))).split('\n');
  return [`  ${title}, ${indexText(plan)}`, `    ${plan.sql}`, ...table.map((line) => `    ${line}`.trimEnd())];
}
