import type { CommandModules } from '@tidemark/cli-kit';

export interface FoundCommand {
  readonly id: string;
  readonly load: CommandModules[string];
  /** The words behind the command's own. */
  readonly argv: readonly string[];
}

/**
 * The command that a command line begins with: the longest that its leading words name. Null when there is none,
 * and when help or the version is asked for instead of a command.
 */
export function findCommand(modules: CommandModules, argv: readonly string[]): FoundCommand | null {
  const end = argv.indexOf('--');
  if (argv.slice(0, end < 0 ? undefined : end).includes('--help')) return null;
  const boundary = argv.findIndex((word) => word.startsWith('-'));
  const words = argv.slice(0, boundary < 0 ? undefined : boundary);
  for (let count = words.length; count > 0; count--) {
    const id = words.slice(0, count).join(':');
    if (Object.hasOwn(modules, id)) return { id, load: modules[id]!, argv: argv.slice(count) };
  }
  return null;
}

/** The words that help is asked for: those of `help sync plan`, and of `sync plan --help`. Null when it is not. */
export function helpedWords(argv: readonly string[]): readonly string[] | null {
  const end = argv.indexOf('--');
  const asked = argv.slice(0, end < 0 ? undefined : end);
  const flag = asked.findIndex((word) => word.startsWith('-'));
  const words = asked.slice(0, flag < 0 ? undefined : flag);
  if (words[0] === 'help') return words.slice(1);
  return asked.includes('--help') ? words : null;
}

/** Whether the words are those of a topic: the beginning of several commands. */
export function isTopic(modules: CommandModules, words: readonly string[]): boolean {
  return Object.keys(modules).some((id) => id.startsWith(`${words.join(':')}:`));
}
