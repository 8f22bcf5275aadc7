import type { ErrorDefinition } from '@tidemark/domain';
import { CATALOGUES } from './error-catalogues.ts';

interface KnownError extends ErrorDefinition {
  readonly code: string;
  readonly library: string;
}

/** docs/errors.md: every code with what it means and what to do, in alphabetical order. */
export function renderErrors(): string {
  const errors = knownErrors();
  const sections = errors.map(({ code, library, kind, exit, retry, summary, remedy }) =>
    [`## ${code}`, '', summary, '', `Exit ${exit} · ${kind} · retry ${retry} · ${library}`, '', ...remedy.map((step) => `- ${step}`)].join('\n'),
  );
  return `${['# Errors', '', `${errors.length} codes. \`retry\` says when the same request may be sent again: now, later, or never before something has changed.`, '', sections.join('\n\n')].join('\n')}\n`;
}

/** @throws Error when two libraries use one code */
export function knownErrors(): readonly KnownError[] {
  const errors = CATALOGUES.flatMap(({ library, errors: catalogue }) => Object.entries(catalogue).map(([code, definition]) => ({ code, library, ...definition })));
  const seen = new Map<string, string>();
  for (const { code, library } of errors) {
    const other = seen.get(code);
    if (other !== undefined) throw new Error(`${code} is thrown by ${other} and by ${library}`);
    seen.set(code, library);
  }
  return errors.sort((left, right) => (left.code < right.code ? -1 : 1));
}
