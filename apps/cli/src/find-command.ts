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
