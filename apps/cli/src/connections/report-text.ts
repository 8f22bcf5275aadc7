import { textTable } from '@tidemark/cli-kit';
import type { ConnectionReport } from '@tidemark/sync-engine/wiring';

/** Missing rights and schemas: a run would end with it. */
const RIGHTS_EXIT = 12;

/** The exit code of the first connection that failed, or that lacks something that a run needs; 0 when all is well. */
export function exitCodeOf(reports: readonly ConnectionReport[]): number {
  for (const { error, findings } of reports) {
    if (error !== null) return error.exit;
    if (findings.some(({ severity }) => severity === 'error')) return RIGHTS_EXIT;
  }
  return 0;
}

/** How far a connection got, for a person. */
export function reportText({ name, kind, steps, findings, error }: ConnectionReport): string {
  const tries = (remedy: readonly string[]): string[] => remedy.map((step) => `Try: ${step}`);
  return [
    `${name} (${kind})`,
    textTable(['step', 'result'], steps.map((step) => [step.name, step.detail])),
    ...(error === null ? [] : [`failed: ${error.message}`, ...tries(error.remedy)]),
    ...findings.flatMap((finding) => [`${finding.severity}: ${finding.message}`, ...tries(finding.remedy)]),
  ].join('\n');
}
