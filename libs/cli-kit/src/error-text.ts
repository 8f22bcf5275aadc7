import { ux } from '@oclif/core';
import type { TidemarkError } from '@tidemark/domain';

/** A configuration problem with its place, as the configuration library lists them. */
interface Problem {
  readonly message: string;
  readonly frame?: string | null;
  readonly remedy?: string;
}

/** The text of an error for a terminal: the sentence, its places, and what to try. */
export function errorText(error: TidemarkError): string {
  const problems = problemsOf(error);
  const lines = problems.length > 0 ? problems.flatMap((problem) => problemLines(problem, error.code)) : [`${heading(error.code)} ${error.message}`];
  const shown = new Set(problems.flatMap((problem) => problem.remedy ?? []));
  const rest = error.remedy.filter((step) => !shown.has(step));
  return [...lines, ...tryLines(rest)].join('\n');
}

function problemLines(problem: Problem, code: string): string[] {
  const frame = problem.frame === undefined || problem.frame === null ? [] : [problem.frame];
  return [`${heading(code)} ${problem.message}`, ...frame, ...tryLines(problem.remedy === undefined ? [] : [problem.remedy]), ''];
}

function heading(code: string): string {
  return `${ux.colorize('red', 'Error')} ${ux.colorize('bold', code)}:`;
}

function tryLines(remedy: readonly string[]): string[] {
  return remedy.map((step, index) => `${index === 0 ? 'Try: ' : '     '}${step}`);
}

function problemsOf(error: TidemarkError): readonly Problem[] {
  const { problems } = error.details;
  return Array.isArray(problems) ? (problems as Problem[]) : [];
}
