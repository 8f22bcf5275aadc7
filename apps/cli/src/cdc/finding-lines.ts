import type { Finding } from '@tidemark/domain';

/** Findings for a person, each with what to do. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap((finding) => [`  ${finding.severity}: ${finding.message}`, ...finding.remedy.map((step) => `    ${step}`)]);
}
