import { styleText } from 'node:util';
import type { TidemarkError } from '@tidemark/domain';
import { printable } from './printable.ts';

/** A configuration problem with its place, as the configuration library lists them. */
interface Problem {
  readonly code?: string;
  readonly message: string;
  readonly frame?: string | null;
  readonly remedy?: string;
}

/** The text of an error for stderr: the sentence, its places, and what to try. In colour when stderr is a terminal that takes it. */
export function errorText(error: TidemarkError): string {
  const problems = problemsOf(error);
  const lines = problems.length > 0 ? problems.flatMap((problem) => problemLines(problem, error.code)) : [`${heading(error.code)} ${printable(error.message)}`];
  const shown = new Set(problems.flatMap((problem) => problem.remedy ?? []));
  const rest = error.remedy.filter((step) => !shown.has(step));
  return [...lines, ...tryLines(rest)].join('\n').trimEnd();
}

function problemLines(problem: Problem, code: string): string[] {
  const frame = problem.frame === undefined || problem.frame === null ? [] : [printable(problem.frame)];
  return [`${heading(problem.code ?? code)} ${printable(problem.message)}`, ...frame, ...tryLines(problem.remedy === undefined ? [] : [problem.remedy]), ''];
}

function heading(code: string): string {
  return `${paint('red', 'Error')} ${paint('bold', code)}:`;
}

function tryLines(remedy: readonly string[]): string[] {
  return remedy.map((step, index) => `${index === 0 ? 'Try: ' : '     '}${printable(step)}`);
}

/** Honours NO_COLOR and FORCE_COLOR, and leaves a pipe without codes. */
function paint(format: 'red' | 'bold', text: string): string {
  return styleText(format, text, { stream: process.stderr });
}

function problemsOf(error: TidemarkError): readonly Problem[] {
  const { problems } = error.details;
  return Array.isArray(problems) ? (problems as Problem[]) : [];
}
