import { createInterface } from 'node:readline';
import { CliError } from './errors.ts';

/** Where a person is asked. */
export interface AskingTerminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks before something is changed for good. Without a terminal there is nobody to ask, and the answer is no.
 *
 * @throws CliError `CLI_NOT_CONFIRMED` for any answer but yes, `CLI_INTERRUPTED` for Ctrl-C
 */
export async function confirm(question: string, isAssumed: boolean, terminal: AskingTerminal = { input: process.stdin, output: process.stderr }): Promise<void> {
  if (isAssumed) return;
  if (terminal.input.isTTY !== true) throw new CliError('CLI_NOT_CONFIRMED', { message: `${question} There is no terminal to ask at.`, remedy: ['Add --yes.'] });
  if (!/^y(es)?$/i.test((await ask(`${question} [y/N] `, terminal)).trim())) throw new CliError('CLI_NOT_CONFIRMED', { message: 'Not confirmed; nothing was changed.' });
}

/**
 * Asks for a name to be typed in full before something is lost that cannot be had back. No flag for a plain yes answers it: without
 * a terminal the name has to be among those that were given.
 *
 * @param given names that a flag carries, and that flag, for the remedy
 * @throws CliError `CLI_NOT_CONFIRMED` for any answer but the name, `CLI_INTERRUPTED` for Ctrl-C
 */
export async function confirmName(question: string, name: string, { given, flag }: { readonly given: readonly string[]; readonly flag: string }, terminal: AskingTerminal = { input: process.stdin, output: process.stderr }): Promise<void> {
  if (given.includes(name)) return;
  if (terminal.input.isTTY !== true) throw new CliError('CLI_NOT_CONFIRMED', { message: `${question} There is no terminal to ask at, and --yes does not answer this.`, remedy: [`Add ${flag} ${name}.`] });
  if ((await ask(`${question}\nType ${name} to go on: `, terminal)).trim() !== name) throw new CliError('CLI_NOT_CONFIRMED', { message: `The answer was not ${name}; nothing was changed.` });
}

/** The answer; empty when the input ends without one. */
async function ask(prompt: string, { input, output }: AskingTerminal): Promise<string> {
  const asking = createInterface({ input, output });
  try {
    return await new Promise<string>((resolve, reject) => {
      asking.once('SIGINT', () => reject(new CliError('CLI_INTERRUPTED', { message: 'Interrupted; nothing was changed.', remedy: ['Run the same command again.'] })));
      asking.once('close', () => resolve(''));
      asking.question(prompt, resolve);
    });
  } finally {
    asking.close();
  }
}
