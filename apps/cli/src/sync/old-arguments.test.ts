import { expect, test } from 'vitest';
import { normalizedParallel } from './old-arguments.ts';

test.each([
  [['--parallel', '4', '-t', 'a'], ['--parallel', '4', '-t', 'a']],
  [['--parallel', '-t', 'a'], ['-t', 'a']],
  [['-t', 'a', '--parallel'], ['-t', 'a']],
  [['--max-workers'], []],
  [['--parallel=3'], ['--parallel=3']],
  [['--', '--parallel'], ['--', '--parallel']],
])('%j', (argv, expected) => {
  expect(normalizedParallel(argv)).toEqual(expected);
});
