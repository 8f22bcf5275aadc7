import type { TidemarkError } from '@tidemark/domain';

/** Some tables failed, or they failed in different ways. */
const EXIT_SOME_FAILED = 3;

/** Exit code of a run over tables: all failed with one code gives that code, else 3; an interruption wins. */
export function runExitCode(errors: readonly TidemarkError[], tableCount: number): number {
  const [first] = errors;
  if (first === undefined) return 0;
  const interrupted = errors.find((error) => error.kind === 'cancelled');
  if (interrupted !== undefined) return interrupted.exit;
  const haveOneCode = errors.every((error) => error.exit === first.exit);
  return errors.length === tableCount && haveOneCode ? first.exit : EXIT_SOME_FAILED;
}
