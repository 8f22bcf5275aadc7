import { countText, durationText, positionText, printable, textTable } from '@tidemark/cli-kit';
import type { RunResult } from '@tidemark/domain';
import type { TablePreview } from '@tidemark/sync-engine/engine';
import { findingLines } from './cdc/finding-lines.ts';
import { indexText } from './cdc/index-text.ts';

/** The result of a run for a person: a table, then each failure with what to try. */
export function resultText(result: RunResult): string {
  const rows = Object.entries(result.table_results).map(([table, outcome]) => [table, outcome.status.replaceAll('_', ' '), outcome.rows_extracted, outcome.rows_loaded, outcome.files_created, durationText(outcome.duration_seconds)] as const);
  const failures = Object.entries(result.table_results).flatMap(([table, outcome]) =>
    outcome.error_code === undefined ? [] : ['', `${table}: ${outcome.error_code}: ${outcome.error_message ?? ''}`, ...(outcome.error_remedy ?? []).map((step, index) => `${index === 0 ? 'Try: ' : '     '}${step}`)],
  );
  const notes = Object.entries(result.table_results).flatMap(([table, outcome]) => [
    ...(outcome.note === undefined ? [] : [`${table}: ${outcome.note}`]),
    ...(outcome.limited ? [`${table}: the limit ended the reading; the next run goes on from there.`] : []),
    ...outcome.policy_counts.map((count) => `${table}.${count.column}: ${countText(count.count)} values changed by ${count.policy}: ${count.action}`),
  ]);
  const lines = [
    textTable(['table', 'status', 'rows read', 'rows loaded', 'files', 'time'], rows),
    ...notes,
    ...result.warnings,
    ...failures,
    '',
    `${result.execution_id}: ${result.status.replaceAll('_', ' ')}, ${countText(result.summary.total_rows_processed)} rows in ${durationText(result.duration_seconds)}`,
  ];
  return printable(lines.join('\n'));
}

/** What a sync would do, for a person. */
export function previewText(previews: readonly TablePreview[]): string {
  return previews.map(previewOf).join('\n\n');
}

function previewOf(preview: TablePreview): string {
  return [
    `${preview.table} -> ${preview.target.schema}.${preview.target.table}`,
    `  strategy  ${preview.strategy}, cursor (${preview.cursor.join(', ')}), ${positionText(preview.from)}, ${preview.bound === null ? 'to its end' : `below ${preview.bound}`}`,
    `  mode      ${preview.mode}, key (${preview.keys.join(', ')})`,
    `  rows      about ${countText(preview.estimatedRows)}`,
    ...(preview.firstLoad === null ? [] : [`  first     ${preview.firstLoad.sql}`, `            ${indexText(preview.firstLoad)}`]),
    ...(preview.increment === null ? [] : [`  then      ${preview.increment.sql}`, `            ${indexText(preview.increment)}`]),
    ...preview.createTable.split('\n').map((line) => `  ${line}`),
    ...findingLines(preview.findings),
  ].join('\n');
}
