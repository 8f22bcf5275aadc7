/** What a failed write comes to: a reader that went away, as `head` does, has all that it wanted. */
type Failed = (error: NodeJS.ErrnoException) => never;

/**
 * Writes text and a line end to stdout, and waits until it is written.
 *
 * @param onLost ends the process: nothing more can be told on stdout
 */
export async function printResult(text: string, onLost: Failed): Promise<void> {
  // An error is emitted to listeners too, and one of oclif's throws.
  process.stdout.prependOnceListener('error', onLost);
  await new Promise<void>((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
  process.stdout.off('error', onLost);
}
