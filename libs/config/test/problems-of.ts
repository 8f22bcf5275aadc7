import { ConfigError } from '../src/errors.ts';
import type { ConfigProblem } from '../src/problem/config-problem.ts';

/** The error that a call throws. */
export function errorOf(call: () => unknown): ConfigError {
  try {
    call();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The problems that a call throws. */
export function problemsOf(call: () => unknown): readonly ConfigProblem[] {
  return errorOf(call).details['problems'] as readonly ConfigProblem[];
}
