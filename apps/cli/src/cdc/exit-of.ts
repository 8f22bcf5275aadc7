/** Some tables cannot be read, or for different reasons. */
const EXIT_SOME_FAILED = 3;

/** One exit code for the tables of a check: the code that all of them have, else 3. */
export function exitOf(exits: readonly number[]): number {
  const [first = 0] = exits;
  return exits.every((exit) => exit === first) ? first : EXIT_SOME_FAILED;
}
