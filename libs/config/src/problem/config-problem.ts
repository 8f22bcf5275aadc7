import { CONFIG_ERRORS, ConfigError, type ConfigErrorCode } from '../errors.ts';
import { codeFrame } from './code-frame.ts';
import { printable } from './printable.ts';
import type { Place } from './source-text.ts';

/** One thing that is wrong with the configuration. Holds no secret: secret values and lines that may hold one are masked. */
export interface ConfigProblem {
  readonly code: ConfigErrorCode;
  /** The place and the sentence: `config/pipelines/shop.yml:4:3: unknown key "sorce" in pipeline`. */
  readonly message: string;
  /** Null when the problem lies in no file. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
  /** Where in the document, keys joined by dots. */
  readonly path: string;
  /** What stands there, as text; null when nothing does or when it is secret. */
  readonly found: string | null;
  /** What may stand there: values, or a phrase that describes them. */
  readonly allowed: readonly string[];
  readonly remedy: string;
  /** The lines around the place with a mark under it; null without a place. */
  readonly frame: string | null;
}

export interface ProblemFields {
  readonly code: ConfigErrorCode;
  readonly at: Place | null;
  readonly sentence: string;
  readonly path?: string;
  readonly found?: string | null;
  readonly allowed?: readonly string[];
  readonly remedy?: string;
}

export function configProblem({ code, at, sentence, path = '', found = null, allowed = [], remedy }: ProblemFields): ConfigProblem {
  const shown = printable(sentence);
  return {
    code,
    message: at === null ? shown : `${at.source.path}:${at.line}:${at.column}: ${shown}`,
    file: at?.source.path ?? null,
    line: at?.line ?? null,
    column: at?.column ?? null,
    path: printable(path),
    found: found === null ? null : printable(found),
    allowed,
    remedy: printable(remedy ?? CONFIG_ERRORS[code].remedy[0] ?? ''),
    frame: at === null ? null : codeFrame(at),
  };
}

/** One error for all problems, in the order of files and lines. Its message can be read alone. */
export function configError(problems: readonly ConfigProblem[]): ConfigError {
  const sorted = distinct(problems).sort(byPlace);
  const first = sorted[0];
  if (first === undefined) throw new RangeError('configError needs a problem');
  const message = sorted.length === 1 ? first.message : [`${sorted.length} problems in the configuration:`, ...sorted.map((problem) => `  ${problem.message}`)].join('\n');
  return new ConfigError(first.code, { message, remedy: [...new Set(sorted.map((problem) => problem.remedy))], details: { problems: sorted } });
}

function distinct(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const seen = new Map<string, ConfigProblem>();
  for (const problem of problems) seen.set(`${problem.code} ${problem.message}`, problem);
  return [...seen.values()];
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  const file = compareText(a.file ?? '', b.file ?? '');
  if (file !== 0) return file;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
