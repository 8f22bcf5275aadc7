import { createInterface } from 'node:readline/promises';
import { CliError } from './errors.ts';

/**
 * Asks before something is changed for good. Without a terminal there is nobody to ask, and the answer is no.
 *
 * @throws CliError `CLI_NOT_CONFIRMED`
 */
export async function confirm(question: string, isAssumed: boolean): Promise<void> {
  if (isAssumed) return;
  if (process.stdin.isTTY !== true) throw new CliError('CLI_NOT_CONFIRMED', { message: `${question} There is no terminal to ask at.` });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('CLI_NOT_CONFIRMED', { message: 'Not confirmed; nothing was changed.' });
  } finally {
    asking.close();
  }
}
