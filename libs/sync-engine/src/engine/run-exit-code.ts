import type { TidemarkError } from '@tidemark/domain';

/** Some tables failed, or they failed in different ways. */
const EXIT_SOME_FAILED = 3;

/** Rows were set aside that cannot be represented. */
const EXIT_NOT_REPRESENTABLE = 20;

/**
 * Exit code of a run over tables: all failed with one code gives that code, else 3; an interruption wins.
 * @param isQuarantined rows were set aside: a run that failed nowhere is not whole either
 */
export function runExitCode(errors: readonly TidemarkError[], tableCount: number, isQuarantined = false): number {
  const [first] = errors;
  if (first === undefined) return isQuarantined ? EXIT_NOT_REPRESENTABLE : 0;
  const interrupted = errors.find((error) => error.kind === 'cancelled');
  if (interrupted !== undefined) return interrupted.exit;
  const haveOneCode = errors.every((error) => error.exit === first.exit);
  return errors.length === tableCount && haveOneCode ? first.exit : EXIT_SOME_FAILED;
}
