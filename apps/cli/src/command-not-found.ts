import type { Hook } from '@oclif/core';
import { documentText, errorText, failureDocument, unknownCommand } from '@tidemark/cli-kit';

/** Says what may be meant, in the form that the command line asks for. */
export const COMMAND_NOT_FOUND: Hook.CommandNotFound = function ({ id, argv = [], config, context }) {
  const commands = config.commands.filter(({ hidden }) => !hidden).map((command) => command.id.replaceAll(':', ' ')).sort();
  const error = unknownCommand(id.split(':'), commands);
  const end = argv.indexOf('--');
  if (argv.slice(0, end < 0 ? undefined : end).includes('--json')) process.stdout.write(`${documentText(failureDocument(error))}\n`);
  else process.stderr.write(`${errorText(error)}\n`);
  return Promise.resolve(context.exit(error.exit));
};
