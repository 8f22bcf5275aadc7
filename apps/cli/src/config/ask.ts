import { CliError, type AskingTerminal } from '@tidemark/cli-kit';

export interface Question {
  readonly flag: string;
  readonly message: string;
  readonly example: string;
  /** What is taken when nothing is answered. */
  readonly fallback?: string;
}

/** True where a person sits: both ends are a terminal, no CI, and no document is asked for. */
export function canAsk(isJson: boolean): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && !isJson && (process.env['CI'] ?? '') === '';
}

/**
 * The answers by their flags: what the flags say, else what a person answers, else the fallback.
 *
 * @throws CliError `CLI_USAGE` where nobody can be asked, with every flag that is missing; `CLI_INTERRUPTED` for Ctrl-C
 */
export async function answers(questions: readonly Question[], given: Readonly<Record<string, string | undefined>>, isAsked: boolean, terminal: AskingTerminal = { input: process.stdin, output: process.stderr }): Promise<Readonly<Record<string, string>>> {
  const missing = questions.filter(({ flag, fallback }) => given[flag] === undefined && fallback === undefined);
  if (!isAsked && missing.length > 0) {
    throw new CliError('CLI_USAGE', { message: `There is nobody to ask, and ${missing.map(({ flag }) => `--${flag}`).join(', ')} ${missing.length === 1 ? 'is' : 'are'} not given.`, remedy: [`Add ${missing.map(({ flag, example }) => `--${flag} ${example}`).join(' ')}.`] });
  }
  const all: Record<string, string> = {};
  for (const question of questions) all[question.flag] = given[question.flag] ?? (isAsked ? await ask(question, terminal) : question.fallback!);
  return all;
}

async function ask({ message, example, fallback }: Question, terminal: AskingTerminal): Promise<string> {
  const { input } = await import('@inquirer/prompts');
  try {
    return await input({ message: fallback === undefined ? `${message} (${example})` : message, ...(fallback === undefined ? {} : { default: fallback }), required: fallback === undefined }, terminal);
  } catch (error) {
    if ((error as Error).name !== 'ExitPromptError') throw error;
    throw new CliError('CLI_INTERRUPTED', { message: 'Interrupted; nothing was written.', remedy: ['Run the same command again.'] });
  }
}
