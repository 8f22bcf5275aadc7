import { textTable } from '@tidemark/cli-kit';
import type { LiveValidation } from '@tidemark/sync-engine/wiring';

/** What a live validation found, for a person. */
export function liveText({ connections, tables, exitCode }: LiveValidation): string {
  const parts = [...connections.map(({ name, kind, error }) => ({ name: `${name} (${kind})`, findings: [], error })), ...tables.map(({ table, findings, error }) => ({ name: table, findings, error }))];
  const rows = parts.map(({ name, findings, error }) => [name, error === null ? 'ok' : error.code, findings.length] as const);
  const details = parts.flatMap(({ name, findings, error }) => [
    ...(error === null ? [] : [`${name}: ${error.message}`, ...error.remedy.map((step) => `  Try: ${step}`)]),
    ...findings.flatMap((finding) => [`${name}: ${finding.severity}: ${finding.message}`, ...finding.remedy.map((step) => `  Try: ${step}`)]),
  ]);
  const skipped = tables.length === 0 && exitCode !== 0 ? ['The tables were not looked at: source and bucket must be reached first.'] : [];
  return [textTable(['live', 'result', 'findings'], rows), ...(details.length + skipped.length === 0 ? [] : ['']), ...details, ...skipped].join('\n');
}
