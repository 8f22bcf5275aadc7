/** `--parallel` and its alias, which once stood alone. */
const NAMES = ['--parallel', '--max-workers'];

/** A bare `--parallel` means what is configured, so it is left out. */
export function normalizedParallel(argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.filter((argument, index) => {
    const next = argv[index + 1];
    return index >= end || !NAMES.includes(argument) || (next !== undefined && !next.startsWith('-'));
  });
}
