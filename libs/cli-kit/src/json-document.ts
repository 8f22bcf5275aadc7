import type { TidemarkError } from '@tidemark/domain';

/** What `--json` prints for a command that ended well; `sync` prints its run result itself instead. */
export interface SuccessDocument<Result> {
  readonly status: 'success';
  readonly result: Result;
  readonly warnings: readonly string[];
}

/** What `--json` prints for a command that failed. */
export interface FailureDocument {
  readonly status: 'failed';
  readonly code: string;
  readonly exit_code: number;
  readonly message: string;
  readonly remedy: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** What `--json` prints for a command that did its work. */
export function successDocument<Result>(result: Result, warnings: readonly string[] = []): SuccessDocument<Result> {
  return { status: 'success', result, warnings };
}

/** What `--json` prints for a command that failed; it goes with the exit code of the error. */
export function failureDocument(error: TidemarkError, warnings: readonly string[] = []): FailureDocument {
  return { status: 'failed', code: error.code, exit_code: error.exit, message: error.message, remedy: error.remedy, details: error.details, warnings };
}

/** A document as text. A bigint is written as its digits in quotes, an error as its name and message. */
export function documentText(document: unknown): string {
  return JSON.stringify(document, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value instanceof Error ? { name: value.name, message: value.message } : value), 2);
}
