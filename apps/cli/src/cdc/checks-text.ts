import { printable, textTable } from '@tidemark/cli-kit';
import type { TableCheck } from '@tidemark/sync-engine/engine';
import { findingLines } from './finding-lines.ts';

/** What a check of tables found, for a person. */
export function checksText(checks: readonly TableCheck[]): string {
  const rows = checks.map(({ table, strategy, mode, findings, exit }) => [table, strategy ?? '', mode ?? '', exit === 0 ? 'can be read' : `stops with ${exit}`, findings.length] as const);
  const details = checks.filter(({ findings }) => findings.length > 0).flatMap(({ table, findings }) => ['', table, ...findingLines(findings)]);
  return printable([textTable(['table', 'strategy', 'mode', 'result', 'findings'], rows), ...details].join('\n'));
}
